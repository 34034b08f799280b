import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { CallState } from "../media/calls-state.js";
import type { RoomCallState } from "../media/room-call-state.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallJoinEvent, MeloCallJoinedEvent, MeloCallLeaveEvent, MeloCallLeftEvent } from "./call-events.js";
import { fromMember, fromParticipant, type CallPerson } from "./call-people.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Lock, LockOpen, Volume2 } from "./icons.js";
import "./melo-deafen-toggle.js";
import "./melo-mic-toggle.js";
import "./melo-participant-list.js";
import styles from "./melo-voice-channel.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";
import { voiceChannelNotes, type VoiceChannelNote } from "./voice-channel-notes.js";

/**
 * One voice channel as a card: who is inside, and a button to go in or out. It shows who is there before anybody joins, and loads what a call needs only on joining.
 *
 * @example <melo-voice-channel room="#kitchen:example.org"></melo-voice-channel>
 *
 * @slot controls - What stands below while this page is in the channel, in place of mute and deafen.
 * @fires {MeloCallJoinEvent} melo-call-join - Cancelable: the visitor wants to go in.
 * @fires {MeloCallJoinedEvent} melo-call-joined - This page is in the channel.
 * @fires {MeloCallLeaveEvent} melo-call-leave - Cancelable: the visitor wants to leave.
 * @fires {MeloCallLeftEvent} melo-call-left - This page is no longer in the channel.
 * @fires {MeloParticipantRemoveEvent} melo-participant-remove - Cancelable: a moderator confirmed that somebody is to be removed.
 * @fires {MeloParticipantRemovedEvent} melo-participant-removed - Somebody was removed.
 * @csspart base - The card.
 * @csspart header - Name and button.
 * @csspart name - The name of the channel.
 * @csspart list - Who is inside.
 * @csspart error - What is wrong, or why one may not go in.
 * @cssproperty [--melo-color-surface] - Background of the card.
 * @cssproperty [--melo-color-line] - Its border.
 * @cssproperty [--melo-color-good] - The ring around who speaks.
 * @cssstate joined - This page is in the channel.
 * @cssstate occupied - Somebody is inside.
 * @cssstate encrypted - What is said in it is encrypted.
 */
export class MeloVoiceChannel extends LitElement {
  static override styles = [tokens, controls, notice, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  /** What to call it until its own name is known. */
  @property() name = "";

  /** Without mute and deafen while inside: for a page that has a `<melo-call-bar>`. */
  @property({ type: Boolean, attribute: "without-controls" }) withoutControls = false;

  /** Goes in with the microphone off. */
  @property({ type: Boolean, attribute: "join-muted" }) joinMuted = false;

  readonly #internals = this.attachInternals();
  readonly #room = new RoomController(this, () => this.room);
  readonly #inside = new WatchController(
    this,
    () => this.#room.value?.call,
    (call) => call,
  );
  readonly #outside = new WatchController(
    this,
    () => (this.#isOutside ? this.#room.value?.room : undefined),
    (room) => room,
  );
  readonly #calls = new CallsController(this, (calls) => calls);
  readonly #account = new WatchController(
    this,
    () => this.#room.session,
    ({ account }) => account?.userId,
  );
  readonly #action = new ActionController(this);
  /** The room that this page is in, as the events have told. */
  #told?: string;

  /** Goes in, as the button does. Never rejects: what goes wrong is shown. */
  async join(): Promise<void> {
    const options = this.joinMuted ? { microphone: false } : {};
    const { calls } = this.#calls;
    if (!calls || !this.dispatchEvent(new MeloCallJoinEvent(this.room, options))) return;
    const { room } = this;
    await this.#action.run(async () => {
      if (this.#isOutside) await this.#room.value?.room.join();
      await calls.join(room, options);
    });
  }

  /** Leaves, as the button does. */
  async leave(): Promise<void> {
    const call = this.#call;
    if (call && this.dispatchEvent(new MeloCallLeaveEvent(call.roomId))) await this.#calls.calls?.leave();
  }

  /** There is something in it to operate. */
  get isFocusable(): boolean {
    return this.renderRoot.querySelector("button:not(:disabled)") !== null || this.#people.length > 0;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("room")) this.#action.clear();
    const { members = [], encrypted = false, status } = this.#inside.value ?? {};
    const states = { joined: this.#isIn, occupied: members.length > 0, encrypted: status === "ready" && encrypted };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): TemplateResult {
    if (this.#room.missing) return noSession("melo-voice-channel");
    const inside = this.#inside.value;
    const name = inside?.name || this.#call?.name || this.#outside.value?.name || this.name || this.room || msg("Voice channel");
    const notes = voiceChannelNotes({
      room: this.room,
      isSignedIn: this.#account.value !== undefined,
      inside,
      outside: this.#outside.value,
      call: this.#call,
      isElsewhere: this.#isElsewhere,
      error: this.#action.error,
    });
    return html`<section part="base" aria-label=${name}>
      <header part="header">
        ${icon(Volume2)}
        <span class="title"><bdi part="name">${name}</bdi>${this.#renderLock(inside)}</span>
        ${this.#renderButton(inside, name)}
      </header>
      <melo-participant-list
        exportparts="list"
        .session=${this.#room.session}
        .room=${this.room}
        .label=${msg(str`In ${name}`)}
        .people=${this.#people}
        .canRemove=${inside?.canRemove ?? false}
      ></melo-participant-list>
      <div class="notes" role="status">${notes.map(this.#renderNote)}</div>
      ${this.#isIn && !this.withoutControls ? this.#renderControls() : nothing}
    </section>`;
  }

  protected override updated(): void {
    const call = this.#call;
    const now = this.#isIn ? call?.roomId : undefined;
    if (now === this.#told) return;
    const before = this.#told;
    this.#told = now;
    if (before !== undefined) this.dispatchEvent(new MeloCallLeftEvent(before, call?.error));
    if (now !== undefined) this.dispatchEvent(new MeloCallJoinedEvent(now));
  }

  /** Once, beside the name; nothing where it is not known. */
  #renderLock(inside: RoomCallState | undefined): TemplateResult | typeof nothing {
    if (inside?.status !== "ready" || this.#isOutside) return nothing;
    const { encrypted } = inside;
    const sentence = encrypted ? msg("End-to-end encrypted") : msg("Not encrypted");
    return html`<span class="lock" title=${sentence}>${icon(encrypted ? Lock : LockOpen, sentence)}</span>`;
  }

  #renderButton(inside: RoomCallState | undefined, name: string): TemplateResult | typeof nothing {
    const call = this.#call;
    if (call && call.status !== "failed") {
      const isJoining = call.status === "joining";
      const label = isJoining ? msg(str`Cancel joining ${name}`) : msg(str`Leave ${name}`);
      return html`<button type="button" class="outlined" aria-label=${label} ?disabled=${call.status === "leaving"} @click=${this.leave}>
        ${isJoining ? msg("Cancel") : msg("Leave")}
      </button>`;
    }
    const outside = this.#outside.value?.status;
    const mayJoin = inside?.canJoin === "allowed" || outside === "joinable" || outside === "invited" || outside === "left";
    if (inside?.status !== "ready" || !mayJoin || this.#isElsewhere || this.#account.value === undefined) return nothing;
    const label = msg(str`Join ${name}`);
    return html`<button type="button" class="outlined" aria-label=${label} ?disabled=${this.#action.busy} @click=${this.join}>
      ${msg("Join")}
    </button>`;
  }

  #renderNote = ({ icon: shape, text, level, action }: VoiceChannelNote): TemplateResult =>
    html`<div class=${shape ? `notice ${level ?? ""}` : "remark"} part="error">
      ${shape ? icon(shape) : nothing}<span dir="auto">${text}</span>
      ${action ? html`<button type="button" class="link" ?disabled=${this.#action.busy} @click=${this.join}>${action}</button>` : nothing}
    </div>`;

  #renderControls(): TemplateResult {
    const session = this.#room.session;
    return html`<div class="controls">
      <slot name="controls">
        <melo-mic-toggle .session=${session}></melo-mic-toggle>
        <melo-deafen-toggle .session=${session}></melo-deafen-toggle>
      </slot>
    </div>`;
  }

  /** The call of this page, if it is the one of this channel. */
  get #call(): CallState | undefined {
    const call = this.#calls.value?.call;
    return call && (call.room === this.room || call.roomId === this.#inside.value?.roomId) ? call : undefined;
  }

  get #isIn(): boolean {
    return this.#call?.status === "connected" || this.#call?.status === "reconnecting";
  }

  get #isElsewhere(): boolean {
    const elsewhere = this.#calls.value?.elsewhere?.roomId;
    return elsewhere !== undefined && elsewhere === this.#inside.value?.roomId && !this.#call;
  }

  /** This account is not in the room. */
  get #isOutside(): boolean {
    return this.#inside.value?.status === "ready" && this.#inside.value.canJoin === "not-joined";
  }

  /** As heard and seen, for who is inside; else as Matrix tells it. */
  get #people(): readonly CallPerson[] {
    if (this.#account.value === undefined) return [];
    if (this.#isIn) return this.#call!.participants.map((one) => fromParticipant(one, this.#account.value));
    return this.#inside.value?.members.map(fromMember) ?? [];
  }
}

if (!customElements.get("melo-voice-channel")) customElements.define("melo-voice-channel", MeloVoiceChannel);

declare global {
  interface HTMLElementTagNameMap {
    "melo-voice-channel": MeloVoiceChannel;
  }
}
