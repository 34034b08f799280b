import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { IncomingCall } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallJoinEvent, MeloCallOpenEvent } from "./call-events.js";
import { callNotice } from "./call-notice.js";
import { callErrorWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Phone, PhoneMissed, Video } from "./icons.js";
import "./melo-avatar.js";
import styles from "./melo-call-ring.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { RingSound } from "./ring-sound.js";
import { clockTime, dayName } from "./timeline-times.js";
import tokens from "./tokens.styles.js";

/**
 * The calls that ring for this account, and those that were missed: who calls, and from where. Put it once on each page, in a corner; it takes no room while nobody calls. However many tabs of
 * the site are open, a call rings in one of them.
 *
 * @example <melo-call-ring></melo-call-ring>
 *
 * @fires {MeloCallJoinEvent} melo-call-join - Cancelable: the visitor accepts a call, or calls back.
 * @fires {MeloCallOpenEvent} melo-call-open - The visitor is in the call: show it.
 * @csspart base - The list.
 * @csspart item - Each call.
 * @csspart name - Who calls.
 * @csspart actions - Its buttons.
 * @cssproperty [--melo-color-raised] - The ground of each call.
 * @cssproperty [--melo-color-good] - What pulses around the picture of who calls.
 * @cssstate ringing - A call rings.
 * @cssstate empty - Nobody calls, and no call was missed.
 */
export class MeloCallRing extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Makes no sound, whatever the visitor's settings are. */
  @property({ type: Boolean }) silent = false;

  readonly #internals = this.attachInternals();
  readonly #incoming = new CallsController(this, ({ incoming }) => incoming);
  readonly #sounds = new CallsController(this, ({ settings }) => settings.sounds);
  readonly #action = new ActionController(this);
  readonly #sound = new RingSound();
  /** The call that the last action was about. */
  #concerned?: string;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sound.stop();
  }

  protected override willUpdate(): void {
    const all = this.#incoming.value ?? [];
    const isRinging = all.some(({ status }) => status === "ringing");
    const states = { ringing: isRinging, empty: all.length === 0 };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
    if (isRinging && this.#sounds.value && !this.silent && this.isConnected) this.#sound.start();
    else this.#sound.stop();
  }

  protected override render(): unknown {
    if (this.#incoming.missing) return noSession("melo-call-ring");
    const all = this.#incoming.value ?? [];
    const ringing = all.filter(({ status }) => status === "ringing");
    return [
      html`<p class="visually-hidden" role="alert">${ringing.map((call) => sentence(call)).join(" ")}</p>`,
      all.length
        ? html`<ul part="base" aria-label=${msg("Calls")}>${repeat(
            all,
            ({ id }) => id,
            (call) => this.#renderCall(call),
          )}</ul>`
        : nothing,
    ];
  }

  #renderCall(call: IncomingCall): TemplateResult {
    const { id, callerName, callerId, callerAvatar, intent, status } = call;
    const isRinging = status === "ringing";
    const problem = this.#concerned === id ? this.#action.error : undefined;
    return html`<li class=${status} part="item">
      <melo-avatar .session=${this.#incoming.session} .name=${callerName} .colorKey=${callerId} .src=${callerAvatar}></melo-avatar>
      <div class="who">
        <p class="name" part="name"><bdi>${callerName}</bdi></p>
        <p class="what">${icon(isRinging ? (intent === "video" ? Video : Phone) : PhoneMissed)}<span dir="auto">${this.#what(call)}</span></p>
      </div>
      <div class="actions" part="actions">
        ${isRinging ? this.#renderAnswers(call) : this.#renderMissed(call)}
      </div>
      <div role="alert">${problem ? callNotice(CircleAlert, callErrorWords(problem), "bad") : nothing}</div>
    </li>`;
  }

  #renderAnswers(call: IncomingCall): TemplateResult {
    const isVideo = call.intent === "video";
    return html`
      <button type="button" class="filled" ?disabled=${this.#action.busy} @click=${() => this.#answer(call, isVideo)}>
        ${isVideo ? msg("Accept with video") : msg("Accept")}
      </button>
      ${
        isVideo
          ? html`<button type="button" class="outlined" ?disabled=${this.#action.busy} @click=${() => this.#answer(call, false)}>${msg("Without video")}</button>`
          : nothing
      }
      <button type="button" class="outlined" ?disabled=${this.#action.busy} @click=${() => this.#act(call, "decline")}>${msg("Decline")}</button>
    `;
  }

  #renderMissed(call: IncomingCall): TemplateResult {
    return html`
      <button type="button" class="outlined" ?disabled=${this.#action.busy} @click=${() => this.#callBack(call)}>${msg("Call back")}</button>
      <button type="button" ?disabled=${this.#action.busy} @click=${() => this.#act(call, "dismiss")}>${msg("Dismiss")}</button>
    `;
  }

  #what({ callerName, roomName, intent, status, at }: IncomingCall): string {
    const where = roomName === callerName ? "" : roomName;
    const when = `${dayName(at, Date.now())}, ${clockTime(at)}`;
    if (status === "missed") return where ? msg(str`Missed call in ${where}, ${when}`) : msg(str`Missed call, ${when}`);
    if (intent === "video") return where ? msg(str`Video call in ${where}`) : msg("Video call");
    return where ? msg(str`Call in ${where}`) : msg("Call");
  }

  async #answer(call: IncomingCall, camera: boolean): Promise<void> {
    const { calls } = this.#incoming;
    const options = { microphone: true, camera };
    if (!calls || !this.dispatchEvent(new MeloCallJoinEvent(call.roomId, options))) return;
    this.#concerned = call.id;
    if (await this.#action.run(() => calls.accept(call.id, options))) this.dispatchEvent(new MeloCallOpenEvent(call.roomId));
  }

  async #callBack(call: IncomingCall): Promise<void> {
    const { calls } = this.#incoming;
    const options = { microphone: true, camera: call.intent === "video", ring: true };
    if (!calls || !this.dispatchEvent(new MeloCallJoinEvent(call.roomId, options))) return;
    this.#concerned = call.id;
    const isDone = await this.#action.run(async () => {
      await calls.join(call.roomId, options);
      await calls.dismiss(call.id);
    });
    if (isDone) this.dispatchEvent(new MeloCallOpenEvent(call.roomId));
  }

  #act({ id }: IncomingCall, action: "decline" | "dismiss"): void {
    this.#concerned = id;
    const { calls } = this.#incoming;
    if (calls) void this.#action.run(() => calls[action](id));
  }
}

function sentence({ callerName, roomName, intent }: IncomingCall): string {
  const who = roomName === callerName ? callerName : msg(str`${callerName}, in ${roomName},`);
  return intent === "video" ? msg(str`${who} calls you with video.`) : msg(str`${who} calls you.`);
}

if (!customElements.get("melo-call-ring")) customElements.define("melo-call-ring", MeloCallRing);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-ring": MeloCallRing;
  }
}
