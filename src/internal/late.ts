import { MeloError, type ErrorInfo } from "./errors.js";
import { Source, type Readable } from "./readable.js";
import { remembered } from "./remembered.js";

type Late<O extends Readable<object>> = O & Disposable;

/** What a domain object must be able to say before its code is there. */
interface LateState {
  readonly status: string;
  readonly error?: ErrorInfo;
}

/**
 * A domain object whose code is loaded when somebody first subscribes to it or calls one of its actions: what a page does not use costs it nothing. Until then it shows `initial`, and
 * `status: "failed"` with an `error` if the code cannot be had; the next subscriber or action tries again.
 */
export function late<S extends LateState, O extends Readable<S>>(initial: S, load: () => Promise<O & Partial<Disposable>>): Late<O> {
  const source = new Source<S>(initial);
  const life = new AbortController();
  const loaded = remembered(() =>
    attempt().catch((error: unknown) => {
      const failure = MeloError.from(error, "code-unreachable");
      source.merge({ status: "failed", error: failure.toInfo() } as Partial<S>);
      throw failure;
    }),
  );

  const attempt = async (): Promise<O> => {
    const object = await load();
    if (life.signal.aborted) {
      object[Symbol.dispose]?.();
      throw new MeloError("interrupted", "The client was stopped before this was loaded.");
    }
    life.signal.addEventListener("abort", () => object[Symbol.dispose]?.(), { once: true });
    const show = (): void => source.merge({ error: undefined, ...object.state });
    object.subscribe(show, { signal: life.signal });
    show();
    return object;
  };

  return new Proxy({} as Late<O>, {
    get(_target, name) {
      if (name === "state") return source.state;
      if (name === Symbol.dispose) return () => life.abort();
      if (name === "subscribe")
        return (listener: () => void, options?: { signal?: AbortSignal }) => {
          loaded().catch(() => {}); // the state says it
          return source.subscribe(listener, options);
        };
      return async (...args: unknown[]) => {
        const object = await loaded();
        return (Reflect.get(object, name) as (...given: unknown[]) => unknown).apply(object, args);
      };
    },
  });
}
