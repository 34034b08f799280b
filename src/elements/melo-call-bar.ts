import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallShortcutsController, DEFAULT_CALL_KEYS } from "../controllers/call-shortcuts-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { CallState } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallOpenEvent } from "./call-events.js";
import { callErrorWords, statusWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { AudioLines, CircleAlert, HeadphoneOff, LoaderCircle, Lock, WifiOff, X } from "./icons.js";
import styles from "./melo-call-bar.styles.js";
import "./melo-call-leave.js";
import "./melo-deafen-toggle.js";
import "./melo-mic-toggle.js";
import "./melo-talk-button.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * The call that this page is in, as a small bar that stays while the visitor goes from place to place: where they are, who speaks, mute, hear nobody, leave. Nothing of it can be seen in
 * no call. Its keys work on the whole page, never while somebody types; choose others by a `<melo-call-shortcuts>`, or none by `without-shortcuts`.
 *
 * @example <melo-call-bar></melo-call-bar>
 *
 * @slot - Further buttons, before the one that leaves.
 * @fires {MeloCallOpenEvent} melo-call-open - The visitor wants to see the call: show it.
 * @fires {MeloCallLeaveEvent} melo-call-leave - Cancelable: the visitor wants to leave.
 * @csspart base - The bar.
 * @csspart name - The name of the call; a button.
 * @csspart text - Who speaks, or what the call waits for.
 * @csspart error - Why the call ended.
 * @cssproperty [--melo-color-raised] - Background of the bar.
 * @cssproperty [--melo-color-good] - Colour of the icon while somebody speaks.
 * @cssstate idle - This page is in no call, and there is nothing to see.
 * @cssstate connected - This page is in a call.
 */
export class MeloCallBar extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** No keys. */
  @property({ type: Boolean, attribute: "without-shortcuts" }) withoutShortcuts = false;

  readonly #internals = this.attachInternals();
  readonly #calls = new CallsController(this, ({ call }) => call);
  readonly #action = new ActionController(this);

  constructor() {
    super();
    new CallShortcutsController(
      this,
      () => this.#calls.calls,
      () => (this.withoutShortcuts ? undefined : DEFAULT_CALL_KEYS),
    );
  }

  protected override willUpdate(): void {
    const status = this.#calls.value?.status;
    const states = { idle: !status && !this.#calls.missing, connected: status === "connected" };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#calls.missing) return noSession("melo-call-bar");
    const call = this.#calls.value;
    if (!call) return nothing;
    return call.status === "failed" ? this.#renderFailure(call) : this.#renderBar(call);
  }

  #renderBar(call: CallState): TemplateResult {
    const { session } = this.#calls;
    const { shape, text, tone } = news(call);
    return html`<section part="base" aria-label=${msg("Your call")}>
      <span class="sign ${tone}">${icon(shape)}</span>
      <div class="where">
        <button type="button" class="link name" part="name" aria-label=${msg(str`Show ${call.name}`)} @click=${this.#handleOpen}>
          <bdi>${call.name}</bdi>${call.encrypted ? html`<span class="lock">${icon(Lock, msg("End-to-end encrypted"))}</span>` : nothing}
        </button>
        <p part="text" role="status"><bdi>${text}</bdi></p>
      </div>
      ${
        call.audioBlocked
          ? html`<button type="button" class="filled" ?disabled=${this.#action.busy} @click=${this.#handleAudio}>
              ${msg("Play the sound")}
            </button>`
          : nothing
      }
      <div class="buttons">
        <melo-talk-button .session=${session}></melo-talk-button>
        <melo-mic-toggle .session=${session}></melo-mic-toggle>
        <melo-deafen-toggle .session=${session}></melo-deafen-toggle>
        <slot></slot>
        <melo-call-leave .session=${session}></melo-call-leave>
      </div>
    </section>`;
  }

  #renderFailure({ name, room, error }: CallState): TemplateResult {
    const { text, how = "", again } = error ? callErrorWords(error) : { text: msg("The call ended."), again: true };
    return html`<section part="base" aria-label=${msg("Your call")}>
      <div class="notice bad" part="error" role="alert">
        ${icon(CircleAlert)}<span><b><bdi>${name}</bdi></b> ${text} ${how}</span>
        ${
          again
            ? html`<button type="button" class="link" ?disabled=${this.#action.busy} @click=${() => this.#handleJoin(room)}>
                ${error?.code === "call-replaced" ? msg("Come back") : msg("Try again")}
              </button>`
            : nothing
        }
      </div>
      <button type="button" class="square" aria-label=${msg("Close")} title=${msg("Close")} @click=${this.#handleClose}>${icon(X)}</button>
    </section>`;
  }

  #handleOpen = (): void => {
    const call = this.#calls.value;
    if (call) this.dispatchEvent(new MeloCallOpenEvent(call.roomId));
  };

  #handleAudio = (): void => void this.#action.run(async () => this.#calls.calls?.startAudio());

  #handleJoin(room: string): void {
    void this.#action.run(async () => this.#calls.calls?.join(room));
  }

  #handleClose = (): void => void this.#action.run(async () => this.#calls.calls?.leave());
}

/** The one thing to say in a line. */
function news(call: CallState): { readonly shape: typeof Lock; readonly text: string; readonly tone: "" | "good" | "care" } {
  if (call.status === "reconnecting") return { shape: WifiOff, text: statusWords(call), tone: "care" };
  if (call.status !== "connected") return { shape: LoaderCircle, text: statusWords(call), tone: "" };
  if (call.deafened) return { shape: HeadphoneOff, text: msg("You hear nobody."), tone: "" };
  const [first, ...others] = call.participants.filter(({ speaking, isLocal, locallyMuted }) => speaking && !isLocal && !locallyMuted);
  if (first && others.length > 0) return { shape: AudioLines, text: msg(str`${first.name} and ${others.length} more speak`), tone: "good" };
  if (first) return { shape: AudioLines, text: msg(str`${first.name} speaks`), tone: "good" };
  const count = call.participants.length;
  return { shape: AudioLines, text: count > 1 ? msg(str`${count} are here`) : msg("Only you are here"), tone: "" };
}

if (!customElements.get("melo-call-bar")) customElements.define("melo-call-bar", MeloCallBar);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-bar": MeloCallBar;
  }
}
