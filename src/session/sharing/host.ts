import { Ending } from "../../internal/ending.js";
import { MeloError } from "../../internal/errors.js";
import type { Readable } from "../../internal/readable.js";
import type { Backing, Objects } from "./backing.js";

/** How long an object outlives its last user, in ms: an element that moves, or a tab that reloads, finds it again. */
const LINGERS = 5_000;

type DomainObject = Readable<object> & Partial<Disposable>;
type Action = (...args: readonly unknown[]) => Promise<unknown>;

/** Makes a domain object from its key. Disposable ones are disposed when nobody uses them any more. */
export type Factories<O extends Objects> = { readonly [K in keyof O]: (key: string) => O[K] & Partial<Disposable> };

interface Entry {
  readonly object: DomainObject;
  users: number;
  lingering?: ReturnType<typeof setTimeout>;
}

/** Holds the domain objects of the tab that owns the client: makes each when it is first used, and disposes it when the last user has gone. */
export class Host<O extends Objects> implements Backing {
  readonly #factories: Factories<O>;
  readonly #entries = new Map<string, Entry>();
  readonly #ending = new Ending();

  constructor(factories: Factories<O>) {
    this.#factories = factories;
  }

  watch(kind: string, key: string, onState: (state: object) => void): () => void {
    if (this.#ending.ended) return () => {};
    const { object, release } = this.#use(kind, key);
    const unsubscribe = object.subscribe(() => onState(object.state));
    onState(object.state);
    return () => {
      unsubscribe();
      release();
    };
  }

  async call(kind: string, key: string, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#ending.ended) throw stopped();
    const { object, release } = this.#use(kind, key);
    try {
      return await this.#ending.race(actionOf(object, method)(...args));
    } catch (error) {
      throw MeloError.from(error);
    } finally {
      release();
    }
  }

  /** Disposes all objects. Running actions reject `interrupted`. */
  dispose(): void {
    this.#ending.end(stopped());
    for (const { object, lingering } of this.#entries.values()) {
      clearTimeout(lingering);
      object[Symbol.dispose]?.();
    }
    this.#entries.clear();
  }

  #use(kind: string, key: string): { object: DomainObject; release: () => void } {
    const name = `${kind}\n${key}`;
    const entry = this.#entries.get(name) ?? this.#make(kind, key, name);
    clearTimeout(entry.lingering);
    entry.users++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      if (--entry.users === 0) entry.lingering = setTimeout(() => this.#drop(name, entry), LINGERS);
    };
    return { object: entry.object, release };
  }

  #make(kind: string, key: string, name: string): Entry {
    const factory = Object.hasOwn(this.#factories, kind) ? this.#factories[kind] : undefined;
    if (!factory) throw new MeloError("unsupported", `This version of melo has no objects of the kind "${kind}".`);
    const entry: Entry = { object: factory(key), users: 0 };
    this.#entries.set(name, entry);
    return entry;
  }

  #drop(name: string, entry: Entry): void {
    if (this.#entries.get(name) !== entry) return;
    this.#entries.delete(name);
    entry.object[Symbol.dispose]?.();
  }
}

function stopped(): MeloError {
  return new MeloError("interrupted", "The client was stopped before the action ended.");
}

/** Only what the object itself offers as an action can be called from another tab. */
function actionOf(object: DomainObject, method: string): Action {
  const action: unknown = method === "subscribe" || method in Object.prototype ? undefined : Reflect.get(object, method);
  if (typeof action !== "function") throw new MeloError("unsupported", `There is no action "${method}".`);
  return async (...args) => Reflect.apply(action, object, args);
}
