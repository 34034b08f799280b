import type { Readable } from "../../internal/readable.js";

/** Domain objects by kind: what each kind's object looks like to whoever uses it. */
export type Objects = Record<string, Readable<object>>;

/** The table of kinds: what an object of each kind shows before it is loaded, and which of its actions may be repeated. */
export type Kinds<O extends Objects> = {
  readonly [K in keyof O]: {
    readonly initial: O[K]["state"];
    /** Actions that do no harm when they are carried out twice: repeated when the owner went away in the middle. */
    readonly repeatable: readonly (keyof O[K] & string)[];
    /** Whether a snapshot says no more than that the object is being loaded: after a hand-over the former snapshot stays until there is more to show. */
    isLoading?(state: O[K]["state"]): boolean;
  };
};

/** Whatever holds the domain objects now: the host in this tab, or the owner's host seen from another tab. */
export interface Backing {
  /** Calls `onState` with the object's snapshot, soon and after every change, until the returned function is called. */
  watch(kind: string, key: string, onState: (state: object) => void): () => void;
  /** Carries out an action of the object. Rejects `interrupted` when the backing ends before the answer is there. */
  call(kind: string, key: string, method: string, args: readonly unknown[]): Promise<unknown>;
}
