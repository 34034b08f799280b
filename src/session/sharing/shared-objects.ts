import { MeloError } from "../../internal/errors.js";
import type { Readable } from "../../internal/readable.js";
import type { Backing, Kinds, Objects } from "./backing.js";

/**
 * The domain objects as elements hold them: the same object for as long as the page lives, whichever tab owns the client. Each keeps its last snapshot while
 * there is no backing, and its actions wait for the next one.
 */
export class SharedObjects<O extends Objects> {
  readonly #kinds: Kinds<O>;
  readonly #shared = new Map<string, Shared>();
  #backing?: Backing;
  #waiting = Promise.withResolvers<Backing>();
  /** Why no backing is to be expected now; actions reject with it at once. */
  #refusal?: MeloError;

  constructor(kinds: Kinds<O>) {
    this.#kinds = kinds;
    this.#waiting.promise.catch(() => {}); // nobody may be waiting when it is closed
  }

  /** The object of `kind` named `key`; the same one each time. */
  open<K extends keyof O & string>(kind: K, key: string): O[K] {
    const name = `${kind}\n${key}`;
    const known = this.#shared.get(name);
    if (known) return known.face as O[K];
    const { initial, isLoading } = this.#kinds[kind];
    const repeatable: readonly string[] = this.#kinds[kind].repeatable;
    const shared = new Shared(
      initial,
      isLoading,
      (onState) => this.#backing?.watch(kind, key, onState),
      (method, args) => this.#call(kind, key, method, args, repeatable.includes(method)),
    );
    this.#shared.set(name, shared);
    return shared.face as O[K];
  }

  /** Puts another backing behind all objects, or none (`undefined`) while the owner changes: actions then wait for the next one. */
  attach(backing: Backing | undefined): void {
    this.#refusal = undefined;
    if (backing === this.#backing) return;
    if (this.#backing) this.#renewWaiting();
    this.#backing = backing;
    if (backing) this.#waiting.resolve(backing);
    for (const shared of this.#shared.values()) shared.rewatch();
  }

  /** Takes the backing away and expects none: actions, waiting ones too, reject with `reason` until the next `attach`. Snapshots go back to the initial ones. */
  refuse(reason: MeloError): void {
    this.attach(undefined);
    this.#refusal = reason;
    this.#waiting.reject(reason);
    this.#renewWaiting();
    for (const shared of this.#shared.values()) shared.reset();
  }

  async #call(kind: string, key: string, method: string, args: readonly unknown[], repeatable: boolean): Promise<unknown> {
    for (;;) {
      if (this.#refusal) throw this.#refusal;
      const backing = this.#backing ?? (await this.#waiting.promise);
      try {
        return await backing.call(kind, key, method, args);
      } catch (error) {
        const lost = error instanceof MeloError && error.code === "interrupted";
        if (!lost || !repeatable) throw error;
        if (backing === this.#backing) this.attach(undefined); // it has ended, whatever the next one will be
      }
    }
  }

  #renewWaiting(): void {
    this.#waiting = Promise.withResolvers<Backing>();
    this.#waiting.promise.catch(() => {});
  }
}

/** What others ask any value for to see what it is: promises by `then`, templates by `_$litDirective$` and the like. No action has such a name. */
const NO_ACTION = /^(then|toJSON)$|^[^a-z]|\$/;

type Watch = (onState: (state: object) => void) => (() => void) | undefined;
type Call = (method: string, args: readonly unknown[]) => Promise<unknown>;

/** How long a snapshot is kept up to date after the last listener has gone, in ms: an element that moves in the page costs nothing. */
const LINGERS = 2_000;

class Shared implements Readable<object> {
  /** The object as its users see it: `state`, `subscribe`, and every other name an action. */
  readonly face: object;
  readonly #initial: object;
  readonly #isLoading?: (state: object) => boolean;
  readonly #watch: Watch;
  readonly #listeners = new Set<() => void>();
  #state: object;
  /** Another backing has been put behind it, and has not shown more than that it is loading. */
  #settling = false;
  #unwatch?: () => void;
  #lingering?: ReturnType<typeof setTimeout>;

  constructor(initial: object, isLoading: ((state: object) => boolean) | undefined, watch: Watch, call: Call) {
    this.#initial = this.#state = Object.freeze(initial);
    this.#isLoading = isLoading;
    this.#watch = watch;
    this.face = faceOf(this, call);
  }

  get state(): object {
    return this.#state;
  }

  subscribe(listener: () => void, { signal }: { signal?: AbortSignal } = {}): () => void {
    if (signal?.aborted) return () => {};
    const entry = () => listener();
    const unsubscribe = () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) this.#lingering = setTimeout(() => this.#stop(), LINGERS);
    };
    clearTimeout(this.#lingering);
    this.#listeners.add(entry);
    signal?.addEventListener("abort", unsubscribe, { once: true });
    this.#unwatch ??= this.#watch(this.#handleState);
    return unsubscribe;
  }

  rewatch(): void {
    if (this.#listeners.size === 0) return this.#stop();
    this.#unwatch?.();
    this.#settling = true;
    this.#unwatch = this.#watch(this.#handleState);
  }

  reset(): void {
    this.#settling = false;
    this.#handleState(this.#initial);
  }

  #stop(): void {
    clearTimeout(this.#lingering);
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #handleState = (state: object): void => {
    if (this.#settling && this.#isLoading?.(state)) return; // what was shown before says more
    this.#settling = false;
    if (Object.is(state, this.#state)) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  };
}

function faceOf(shared: Shared, call: Call): object {
  const actions = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  return new Proxy(shared, {
    get(_target, name) {
      if (name === "state") return shared.state;
      if (name === "subscribe") return subscribe;
      if (typeof name !== "string" || NO_ACTION.test(name)) return undefined;
      let action = actions.get(name);
      if (!action) actions.set(name, (action = (...args) => call(name, args)));
      return action;
    },
    has: (_target, name) => name === "state" || name === "subscribe",
    set: () => false,
  });

  function subscribe(listener: () => void, options?: { signal?: AbortSignal }): () => void {
    return shared.subscribe(listener, options);
  }
}
