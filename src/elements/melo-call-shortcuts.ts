import { LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";

import {
  CallShortcutsController,
  DEFAULT_CALL_KEYS,
  type CallKeyMap,
  type CallShortcut,
} from "../controllers/call-shortcuts-controller.js";
import { SessionController } from "../controllers/session-controller.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallShortcutEvent } from "./call-events.js";

/**
 * The keys of a call, for the whole page while it is in one; never while somebody types. Nothing of it can be seen. Write it to choose other keys than `<melo-call-controls>` and
 * `<melo-call-bar>` have: each attribute names one key, with modifiers if need be (`Control+Shift+M`), or `off`.
 *
 * @example <melo-call-shortcuts mute="Control+Shift+M" talk="Space" hand="off"></melo-call-shortcuts>
 *
 * @fires {MeloCallShortcutEvent} melo-call-shortcut - Cancelable: a key was pressed, and something is to be done.
 */
export class MeloCallShortcuts extends LitElement {
  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Mutes and unmutes. */
  @property() mute = DEFAULT_CALL_KEYS.mute;

  /** Hears nobody, and hears again. */
  @property() deafen = DEFAULT_CALL_KEYS.deafen;

  /** Camera on and off. */
  @property() camera = DEFAULT_CALL_KEYS.camera;

  /** Hand up and down. */
  @property() hand = DEFAULT_CALL_KEYS.hand;

  /** Talks while it is held, where push-to-talk is on. */
  @property() talk = DEFAULT_CALL_KEYS.talk;

  /** Leaves the call. */
  @property() leave = DEFAULT_CALL_KEYS.leave;

  /** No key does anything. */
  @property({ type: Boolean }) disabled = false;

  readonly #session = new SessionController(this);

  constructor() {
    super();
    const calls = () => this.#session.value?.calls;
    new CallShortcutsController(this, calls, () => this.#keys, { isExplicit: true, isAsked: this.#isAsked });
  }

  protected override render(): typeof nothing {
    return nothing;
  }

  get #keys(): CallKeyMap | undefined {
    if (this.disabled) return undefined;
    const { mute, deafen, camera, hand, talk, leave } = this;
    return { mute, deafen, camera, hand, talk, leave };
  }

  #isAsked = (shortcut: CallShortcut): boolean => this.dispatchEvent(new MeloCallShortcutEvent(shortcut));
}

if (!customElements.get("melo-call-shortcuts")) customElements.define("melo-call-shortcuts", MeloCallShortcuts);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-shortcuts": MeloCallShortcuts;
  }
}
