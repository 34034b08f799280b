import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Drafts } from "../matrix/drafts.js";

/** How long a draft waits for the next keystroke before it is kept, in ms. */
const PAUSE = 400;

interface Source {
  readonly drafts?: Drafts;
  readonly room: string;
  readonly text: string;
}

/** Keeps what is written in a field, per room, and brings it back: also when the page is left, or the field shows another room. */
export class ComposerDraft implements ReactiveController {
  readonly #source: () => Source;
  readonly #restore: (text: string) => void;
  #loaded?: { drafts: Drafts; room: string };
  #unsaved?: { drafts: Drafts; room: string; text: string };
  #timer?: ReturnType<typeof setTimeout>;

  constructor(host: ReactiveControllerHost, source: () => Source, restore: (text: string) => void) {
    this.#source = source;
    this.#restore = restore;
    host.addController(this);
  }

  /** Call after each change of the text; `now` keeps it at once. */
  changed(now: boolean): void {
    const { drafts, room, text } = this.#source();
    if (!drafts || !room) return;
    this.#unsaved = { drafts, room, text };
    clearTimeout(this.#timer);
    if (now) this.#save();
    else this.#timer = setTimeout(this.#save, PAUSE);
  }

  hostConnected(): void {
    addEventListener("pagehide", this.#save);
    document.addEventListener("visibilitychange", this.#save);
  }

  hostUpdate(): void {
    const { drafts, room } = this.#source();
    if (!drafts || !room || (this.#loaded?.drafts === drafts && this.#loaded.room === room)) return;
    this.#save();
    this.#loaded = { drafts, room };
    void this.#load(drafts, room);
  }

  hostDisconnected(): void {
    removeEventListener("pagehide", this.#save);
    document.removeEventListener("visibilitychange", this.#save);
    this.#save();
  }

  async #load(drafts: Drafts, room: string): Promise<void> {
    const text = await drafts.load(room);
    if (text && this.#loaded?.drafts === drafts && this.#loaded.room === room) this.#restore(text);
  }

  #save = (): void => {
    clearTimeout(this.#timer);
    const unsaved = this.#unsaved;
    this.#unsaved = undefined;
    if (unsaved) void unsaved.drafts.save(unsaved.room, unsaved.text);
  };
}
