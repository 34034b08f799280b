import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { ActionController } from "../controllers/action-controller.js";
import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { VoiceChannelSummary } from "../matrix/voice-channels-state.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, LoaderCircle, Lock, Volume2 } from "./icons.js";
import styles from "./melo-voice-channel-list.styles.js";
import type { MeloVoiceChannel } from "./melo-voice-channel.js";
import "./melo-voice-channel.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * The voice channels of a space, in its order, with who is inside each. Those whose rooms the visitor is not in are offered to join. The arrow keys lead from channel to channel.
 *
 * @example <melo-voice-channel-list space="#village:example.org"></melo-voice-channel-list>
 *
 * @fires {MeloCallJoinEvent} melo-call-join - Cancelable: the visitor wants to go into a channel.
 * @fires {MeloCallJoinedEvent} melo-call-joined - This page is in a channel of the space.
 * @fires {MeloCallLeaveEvent} melo-call-leave - Cancelable: the visitor wants to leave.
 * @fires {MeloCallLeftEvent} melo-call-left - This page has left a channel of the space.
 * @csspart list - The channels.
 * @csspart item - Each channel.
 * @csspart error - Why there is nothing to see.
 * @cssproperty [--melo-color-surface] - Background of the list.
 * @cssstate empty - The space has no voice channels.
 */
export class MeloVoiceChannelList extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the space. */
  @property() space = "";

  /** What the list is called for a screen reader; by default the name of the space. */
  @property() label = "";

  /** Without mute and deafen in the channel that one is in: for a page that has a `<melo-call-bar>`. */
  @property({ type: Boolean, attribute: "without-controls" }) withoutControls = false;

  readonly #internals = this.attachInternals();
  readonly #session = new SessionController(this);
  readonly #channels = new WatchController(
    this,
    () => (this.space ? this.#session.value?.voiceChannels(this.space) : undefined),
    (channels) => channels,
  );
  readonly #account = new WatchController(
    this,
    () => this.#session.value,
    ({ account }) => account?.userId,
  );
  readonly #action = new ActionController(this);

  protected override willUpdate(): void {
    const state = this.#channels.value;
    this.#internals.states[state?.status === "ready" && state.channels.length === 0 ? "add" : "delete"]("empty");
  }

  protected override render(): TemplateResult {
    if (this.#session.missing) return noSession("melo-voice-channel-list");
    if (!this.space) return says(CircleAlert, msg('Say which space: <melo-voice-channel-list space="#name:server">.'), "bad");
    if (this.#account.value === undefined) return says(Lock, msg("Sign in to see the voice channels."));
    const state = this.#channels.value;
    if (!state || state.status === "loading") return says(LoaderCircle, msg("Looking for the voice channels…"));
    if (state.status === "failed" && state.error) {
      const { text, action } = errorWords(state.error);
      const again = html`<button type="button" class="link" ?disabled=${this.#action.busy} @click=${this.#handleRetry}>
        ${msg("Try again")}
      </button>`;
      return says(CircleAlert, text, "bad", action ? again : nothing);
    }
    if (state.channels.length === 0) return says(Volume2, msg("There are no voice channels here."));
    return html`<ul part="list" aria-label=${this.label || state.name || msg("Voice channels")} @keydown=${this.#handleKey}>
      ${repeat(state.channels, ({ roomId }) => roomId, this.#renderChannel)}
    </ul>`;
  }

  #renderChannel = ({ roomId, name }: VoiceChannelSummary): TemplateResult =>
    html`<li>
      <melo-voice-channel
        part="item"
        .session=${this.#session.value}
        .room=${roomId}
        .name=${name}
        .withoutControls=${this.withoutControls}
      ></melo-voice-channel>
    </li>`;

  #handleRetry = (): void => void this.#action.run(async () => this.#session.value?.voiceChannels(this.space).retry());

  #handleKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [inner] = event.composedPath();
    if (inner instanceof HTMLInputElement) return; // a slider has arrows of its own
    const channels = [...this.renderRoot.querySelectorAll<MeloVoiceChannel>("melo-voice-channel")].filter((one) => one.isFocusable);
    const at = channels.findIndex((one) => event.composedPath().includes(one));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: channels.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    channels[Math.max(0, Math.min(to, channels.length - 1))]?.focus();
  };
}

function says(shape: Parameters<typeof icon>[0], text: string, level: "" | "bad" = "", more: unknown = nothing): TemplateResult {
  return html`<div class="notice ${level}" part="error" role=${level === "bad" ? "alert" : "status"}>${icon(shape)}<span>${text}</span>${more}</div>`;
}

if (!customElements.get("melo-voice-channel-list")) customElements.define("melo-voice-channel-list", MeloVoiceChannelList);

declare global {
  interface HTMLElementTagNameMap {
    "melo-voice-channel-list": MeloVoiceChannelList;
  }
}
