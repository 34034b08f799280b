import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { ClockController } from "../controllers/clock-controller.js";
import { FocusHeirController } from "../controllers/focus-heir-controller.js";
import { HealthShownController } from "../controllers/health-shown-controller.js";
import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import { MeloError } from "../internal/errors.js";
import type { RoomState } from "../matrix/room-state.js";
import type { SessionApi } from "../session/session-api.js";
import type { SessionState } from "../session/session-state.js";
import { comesBeforeRooms, isStarting } from "./before-rooms.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Info, LockOpen, ShieldAlert, WifiOff } from "./icons.js";
import "./melo-avatar.js";
import "./melo-composer.js";
import "./melo-dialog.js";
import type { MeloDialog } from "./melo-dialog.js";
import "./melo-encryption-badge.js";
import styles from "./melo-room.styles.js";
import "./melo-timeline.js";
import "./melo-typing.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { openStepLate } from "./open-step-late.js";
import { roomBanner, type RoomBanner } from "./room-banner.js";
import { MeloRoomOpenEvent } from "./room-events.js";
import { gateView } from "./room-gate-view.js";
import { roomGate, type GateAction } from "./room-gate.js";
import { conditionWords, errorWords, stepWords } from "./session-words.js";
import { skeleton } from "./skeleton.js";
import skeletonStyles from "./skeleton.styles.js";
import tokens from "./tokens.styles.js";

/**
 * One room: its name, its messages and a field to write in. Signs the visitor in where nobody is, and joins, accepts an invitation or says why it cannot be read.
 *
 * @example <melo-room room="#garden:example.org"></melo-room>
 *
 * @slot header - Replaces the room's picture, name and topic.
 * @slot actions - Buttons at the end of the header.
 * @slot empty - What to say while there are no messages.
 * @fires {MeloRoomOpenEvent} melo-room-open - Cancelable: the visitor goes on to the room that replaces this one.
 * @fires {MeloMessageSendEvent} melo-message-send - Cancelable: a message is about to be sent.
 * @fires {MeloMessageSentEvent} melo-message-sent - A message is kept for sending.
 * @csspart header - The room's picture, name and topic.
 * @csspart banner - The one thing to know or decide now.
 * @csspart status - The line that says that the server cannot be reached.
 * @csspart timeline - The messages.
 * @csspart composer - The field to write in.
 * @csspart gate - What stands in place of the messages while the visitor is not in the room.
 * @cssproperty [--melo-accent] - Re-colours everything.
 * @cssproperty [--melo-density=1] - Space between things: 0.75 compact, 1.25 roomy.
 * @cssproperty [--melo-corner=10px] - Roundness of corners.
 * @cssstate encrypted - The room is encrypted.
 * @cssstate unencrypted - The room is not encrypted.
 * @cssstate tampered - Somebody tried to switch off its encryption.
 * @cssstate joined - The visitor is in the room.
 * @cssstate loading - Nothing is known yet.
 */
export class MeloRoom extends LitElement {
  static override styles = [tokens, controls, notice, skeletonStyles, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  /** Leaves the header out. */
  @property({ type: Boolean, attribute: "without-header" }) withoutHeader = false;

  /** Leaves the field to write in out. */
  @property({ type: Boolean, attribute: "without-composer" }) withoutComposer = false;

  @state() private busy?: GateAction["effect"] | "encrypt";
  @state() private problem = "";
  @query("melo-dialog") private dialog!: MeloDialog;

  readonly #internals = this.attachInternals();
  #room = new RoomController(this, () => this.room);
  #state = new WatchController(
    this,
    () => this.#room.value?.room,
    (room) => room,
  );
  #session = new WatchController(
    this,
    () => this.#room.session,
    (session) => session,
  );
  #healthShown = new HealthShownController(this, () => this.#room.session);
  #clock = new ClockController(this, () => (this.#session.value?.status === "reconnecting" ? this.#session.value.retryAt : undefined));

  constructor() {
    super();
    new FocusHeirController(this, () => this.renderRoot.querySelector("melo-composer"));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("room")) [this.busy, this.problem] = [undefined, ""];
    const room = this.#state.value;
    const states = {
      encrypted: room?.encryption === "encrypted",
      unencrypted: room?.encryption === "unencrypted",
      tampered: !!room?.encryptionTampered,
      joined: room?.status === "ready",
      loading: !room || room.status === "loading",
    };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): TemplateResult {
    if (this.#room.missing) return noSession("melo-room");
    return html`<div class="frame">${this.room ? this.#renderContent(this.#session.value, this.#state.value) : this.#renderRoomless()}</div>`;
  }

  #renderContent(session: SessionState | undefined, room: RoomState | undefined): unknown {
    if (session && comesBeforeRooms(session)) return this.#renderSignIn();
    if (!session || !room || room.status === "loading") {
      return [this.#renderHeader(room), skeleton(session && isStarting(session) ? stepWords(session) : undefined)];
    }
    const gate = roomGate(room, this.room);
    return [
      gate ? nothing : this.#renderHeader(room, roomBanner(room, session, this.#healthShown.value)?.kind),
      this.#renderCondition(session),
      gate
        ? gateView(gate, room, {
            session: this.session,
            problem: this.problem,
            busy: !!this.busy,
            onAct: (effect) => void this.#act(effect),
          })
        : this.#renderRoom(room, session),
    ];
  }

  #renderRoomless(): TemplateResult {
    return html`<p class="notice bad" role="alert">${icon(CircleAlert)}<span>${msg('Say which room: <melo-room room="#name:server">.')}</span></p>`;
  }

  /** Most visits begin signed in: the code of the form is loaded only where it is needed. */
  #renderSignIn(): TemplateResult {
    void import("./melo-login.js").catch(() => (this.problem = errorWords({ code: "code-unreachable", message: "" }).text));
    const problem = this.problem ? html`<p class="notice bad" role="alert">${icon(CircleAlert)}<span>${this.problem}</span></p>` : nothing;
    return html`<div class="sign-in">${problem}<melo-login .session=${this.#room.session}></melo-login></div>`;
  }

  /** Where a banner speaks of the encryption, the badge would only say it again. */
  #renderHeader(room: RoomState | undefined, banner?: RoomBanner["kind"]): unknown {
    if (this.withoutHeader || !room?.name) return nothing;
    const badge = html`<melo-encryption-badge .session=${this.session} .room=${this.room}></melo-encryption-badge>`;
    return html`<header part="header">
      <slot name="header">
        <melo-avatar square .session=${this.session} .name=${room.name} .colorKey=${room.roomId ?? ""} .src=${room.avatar}></melo-avatar>
        <div class="title">
          <h2><bdi>${room.name}</bdi> ${banner === "tampered" || banner === "unencrypted" ? nothing : badge}</h2>
          ${room.topic ? html`<p title=${room.topic}><bdi>${room.topic}</bdi></p>` : nothing}
        </div>
      </slot>
      <slot name="actions"></slot>
    </header>`;
  }

  #renderRoom(room: RoomState, session: SessionState): TemplateResult {
    const banner = roomBanner(room, session, this.#healthShown.value);
    return html`
      ${banner ? this.#renderBanner(banner) : nothing}
      <melo-timeline
        part="timeline"
        exportparts="day, start, newest, message, body, avatar, name, time, note, tools"
        .session=${this.session}
        .room=${this.room}
        ><slot name="empty" slot="empty">${room.canSend ? msg("No messages yet. Write the first one.") : msg("No messages yet.")}</slot></melo-timeline
      >
      ${
        this.withoutComposer
          ? nothing
          : html`<div class="foot" part="composer">
            <melo-composer exportparts="base:field-frame, field, send" .session=${this.session} .room=${this.room}></melo-composer>
            <melo-typing .session=${this.session} .room=${this.room}></melo-typing>
          </div>`
      }
      <melo-dialog heading=${msg("Encrypt this room?")} confirm=${msg("Encrypt")}>
        ${msg("From then on only the people in this room can read what is written. This cannot be undone, and what was written before stays as it is.")}
      </melo-dialog>
    `;
  }

  #renderBanner({ kind, tone, text, details, action }: RoomBanner): TemplateResult {
    const shape = kind === "tampered" ? ShieldAlert : kind === "unencrypted" ? LockOpen : Info;
    return html`<div role="group" class="banner ${tone}" part="banner" aria-label=${msg("About this room")}>
      ${icon(shape)}
      <div>
        <p dir="auto">${this.problem || text}</p>
        ${details ? html`<details><summary>${details.label}</summary><p>${details.text}</p></details>` : nothing}
      </div>
      ${action ? html`<button class="link" ?disabled=${this.busy === "encrypt"} @click=${() => this.#handleBanner(action.effect)}>${action.label}</button>` : nothing}
    </div>`;
  }

  #renderCondition(session: SessionState): unknown {
    const words = conditionWords(session, this.#clock.now);
    if (!words) return nothing;
    return html`<div class="status" part="status">
      ${icon(WifiOff)}<span>${words.text}</span>${words.action ? html`<button class="link" @click=${this.#handleRetrySession}>${words.action.label}</button>` : nothing}
    </div>`;
  }

  /** Does what a button says, and says what went wrong with it. */
  async #act(effect: GateAction["effect"] | "encrypt"): Promise<void> {
    const { value: parts } = this.#room;
    if (!parts || this.busy) return;
    [this.busy, this.problem] = [effect, ""];
    try {
      await parts.room[effect]();
    } catch (error) {
      if (parts === this.#room.value) this.problem = errorWords(MeloError.from(error).toInfo()).text;
    }
    if (parts === this.#room.value) this.busy = undefined;
  }

  async #handleBanner(effect: NonNullable<RoomBanner["action"]>["effect"]): Promise<void> {
    if (effect === "dismiss") this.#room.session?.dismissNotice();
    else if (effect === "verify") await openStepLate(this.renderRoot.querySelector(".banner") ?? this, this.#room.session, "verify-device");
    else if (effect === "encrypt") (await this.dialog.ask()) && (await this.#act("encrypt"));
    else this.#openReplacement();
  }

  #openReplacement(): void {
    const roomId = this.#state.value?.replacement?.roomId;
    if (roomId && this.dispatchEvent(new MeloRoomOpenEvent(roomId))) this.room = roomId;
  }

  #handleRetrySession = (): void => void this.#room.session?.retry().catch(() => undefined);
}

if (!customElements.get("melo-room")) customElements.define("melo-room", MeloRoom);

declare global {
  interface HTMLElementTagNameMap {
    "melo-room": MeloRoom;
  }
}
