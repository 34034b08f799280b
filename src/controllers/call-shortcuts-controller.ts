import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Calls } from "../media/calls-state.js";
import { keyMatches, isTyping, isOperated } from "./call-keys.js";

/** What a key can do in a call. `talk` is held, the others are pressed. */
export type CallShortcut = "mute" | "deafen" | "camera" | "hand" | "talk" | "leave";

/** Keys as in `aria-keyshortcuts`, of which `off` (or nothing) means none: `m`, `Control+Shift+M`, `Space`. */
export type CallKeyMap = Readonly<Record<CallShortcut, string>>;

export const DEFAULT_CALL_KEYS: CallKeyMap = { mute: "m", deafen: "d", camera: "v", hand: "h", talk: "Space", leave: "off" };

/** All that listen, the most important last: one key does one thing once, also where a page has several elements with shortcuts. */
const listening: CallShortcutsController[] = [];

/**
 * Lets keys act on the call of a page, wherever the focus is, but never while somebody types. With several on a page only one acts: an explicit one (`<melo-call-shortcuts>`) before
 * those of other elements, and of equals the one that came last.
 *
 * ```ts
 * #shortcuts = new CallShortcutsController(this, () => this.#calls.calls, () => DEFAULT_CALL_KEYS, { isExplicit: false });
 * ```
 */
export class CallShortcutsController implements ReactiveController {
  readonly #calls: () => Calls | undefined;
  readonly #keys: () => CallKeyMap | undefined;
  readonly #isExplicit: boolean;
  readonly #isAsked: (shortcut: CallShortcut) => boolean;
  #listening?: AbortController;
  #talkKey?: string;

  /** `keys`: `undefined` for none at all. `isAsked`: asks the host before something is done, `false` for no. */
  constructor(
    host: ReactiveControllerHost,
    calls: () => Calls | undefined,
    keys: () => CallKeyMap | undefined,
    { isExplicit = false, isAsked = () => true }: { isExplicit?: boolean; isAsked?: (shortcut: CallShortcut) => boolean } = {},
  ) {
    this.#calls = calls;
    this.#keys = keys;
    this.#isExplicit = isExplicit;
    this.#isAsked = isAsked;
    host.addController(this);
  }

  /** The key that one holds to talk on this page, or `undefined` if there is none. */
  static get talkKey(): string | undefined {
    const active = listening.at(-1);
    const key = active && active.#keys()?.talk;
    return key && key.toLowerCase() !== "off" ? key : undefined;
  }

  hostConnected(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("keydown", this.#handleDown, { signal });
    document.addEventListener("keyup", this.#handleUp, { signal, capture: true }); // a key that was held is let go, whoever else wants it
    window.addEventListener("blur", this.#release, { signal });
    document.addEventListener("visibilitychange", this.#release, { signal });
    const firstExplicit = listening.findIndex((one) => one.#isExplicit);
    if (this.#isExplicit || firstExplicit < 0) listening.push(this);
    else listening.splice(firstExplicit, 0, this);
  }

  hostDisconnected(): void {
    this.#release();
    this.#listening?.abort();
    listening.splice(listening.indexOf(this), 1);
  }

  #handleDown = (event: KeyboardEvent): void => {
    const calls = this.#calls();
    const keys = this.#keys();
    const call = calls?.state.call;
    if (!calls || !call || !keys || listening.at(-1) !== this || event.defaultPrevented || isTyping(event)) return;
    if (call.status !== "connected" && call.status !== "reconnecting") return;
    for (const shortcut of Object.keys(keys) as CallShortcut[]) {
      if (!keyMatches(event, keys[shortcut])) continue;
      if (shortcut === "talk" && !call.pushToTalk) continue;
      if (isOperated(event)) return; // Space and Enter press the button that has the focus
      event.preventDefault();
      if (!event.repeat && this.#isAsked(shortcut)) this.#act(calls, shortcut, event);
      return;
    }
  };

  /** A failure is seen in the state of the call, where elements say why. */
  #act(calls: Calls, shortcut: CallShortcut, { code }: KeyboardEvent): void {
    const call = calls.state.call!;
    const isUp = call.participants.some(({ isLocal, handRaisedAt }) => isLocal && handRaisedAt !== undefined);
    const actions: Record<CallShortcut, () => Promise<unknown>> = {
      mute: async () => call.canSpeak && calls.setMicrophone(call.microphone.status !== "on"),
      deafen: () => calls.setDeafened(!call.deafened),
      camera: async () => call.canSpeak && calls.setCamera(call.camera.status !== "on"),
      hand: () => calls.raiseHand(!isUp),
      leave: () => calls.leave(),
      talk: async () => {
        this.#talkKey = code;
        await calls.setTalking(true);
      },
    };
    actions[shortcut]().catch(() => {});
  }

  #handleUp = ({ code }: KeyboardEvent): void => {
    if (code === this.#talkKey) this.#release();
  };

  #release = (): void => {
    if (this.#talkKey === undefined) return;
    this.#talkKey = undefined;
    this.#calls()
      ?.setTalking(false)
      .catch(() => {});
  };
}
