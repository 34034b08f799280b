import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import { steady } from "../controllers/steady.js";
import type { CallState } from "../media/calls-state.js";
import type { RoomState } from "../matrix/room-state.js";
import type { SessionApi } from "../session/session-api.js";
import { comesBeforeRooms, isStarting } from "./before-rooms.js";
import { MeloCallJoinedEvent, MeloCallLeftEvent } from "./call-events.js";
import { callGate, failedGate } from "./call-gate.js";
import { callErrorWords, encryptionWords, statusWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, LoaderCircle, Lock, LockOpen, Maximize, Minimize, PictureInPicture } from "./icons.js";
import "./melo-call-controls.js";
import "./melo-call-grid.js";
import type { MeloCallGrid } from "./melo-call-grid.js";
import "./melo-call-preview.js";
import "./melo-call-status.js";
import styles from "./melo-call.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { PictureWindow } from "./picture-window.js";
import { gateView } from "./room-gate-view.js";
import { roomGate, type GateAction } from "./room-gate.js";
import { stepWords } from "./session-words.js";
import type { CallLayout } from "./stage-order.js";
import stage from "./stage.styles.js";
import tokens from "./tokens.styles.js";

/**
 * The call of a room, whole: the lobby in which one sees who is inside, and the stage with everybody's tiles, shared screens and the controls. Fills the place it is given, from a narrow sidebar to
 * a page; the call itself belongs to the page, and goes on when the tag is moved or taken away.
 *
 * @example <melo-call room="#garden:example.org"></melo-call>
 *
 * @slot controls - Replaces the row of controls.
 * @slot actions - Buttons at the end of the foot.
 * @slot alone - What to say while nobody else is in the call.
 * @fires {MeloCallJoinEvent} melo-call-join - Cancelable: the visitor wants to join.
 * @fires {MeloCallJoinedEvent} melo-call-joined - This page is in the call.
 * @fires {MeloCallLeftEvent} melo-call-left - This page is in the call no more.
 * @fires {MeloTilePinEvent} melo-tile-pin - Cancelable: a tile is to be the large one, or is put back.
 * @csspart stage - What one sees in the call.
 * @csspart header - Its name, and how it is shown.
 * @csspart grid - The tiles.
 * @csspart footer - The controls.
 * @csspart gate - What stands in place of the call while there is something in the way.
 * @csspart lobby - What one sees before joining.
 * @cssproperty [--melo-color-stage] - The ground.
 * @cssproperty [--melo-color-stage-tile] - The ground of each tile.
 * @cssproperty [--melo-color-stage-text] - The ink.
 * @cssstate joined - This page is in the call.
 * @cssstate reconnecting - The connection is being restored.
 * @cssstate failed - The call ended by a fault.
 */
export class MeloCall extends LitElement {
  static override styles = [tokens, stage, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  /** `auto`, `grid`, `speaker` or `strip`. The visitor's choice changes it. */
  @property({ reflect: true }) layout: CallLayout = "auto";

  @state() private problem = "";
  @state() private isFullscreen = false;
  @query("melo-call-grid") private grid?: MeloCallGrid;

  readonly #internals = this.attachInternals();
  readonly #room = new RoomController(this, () => this.room);
  readonly #state = new WatchController(
    this,
    () => this.#room.value?.room,
    (room) => room,
  );
  readonly #session = new WatchController(
    this,
    () => this.#room.session,
    (session) => session,
  );
  /** All but the people, who are the grid's affair. */
  readonly #calls = new CallsController(
    this,
    steady(({ call }) => call && { ...call, participants: [], reactions: [] }),
  );
  readonly #action = new ActionController(this);
  #last?: { readonly isIn: boolean; readonly roomId: string };

  override connectedCallback(): void {
    super.connectedCallback();
    this.ownerDocument.addEventListener("fullscreenchange", this.#handleFullscreenChange);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.ownerDocument.removeEventListener("fullscreenchange", this.#handleFullscreenChange);
  }

  /** The call of this room, if this page is in it. */
  get #call(): CallState | undefined {
    const call = this.#calls.value;
    return call && (call.room === this.room || call.roomId === this.#state.value?.roomId) ? call : undefined;
  }

  protected override updated(): void {
    const call = this.#call;
    const isIn = call?.status === "connected" || call?.status === "reconnecting";
    const states = { joined: isIn, reconnecting: call?.status === "reconnecting", failed: call?.status === "failed" };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
    this.#tell(isIn, call);
  }

  /** By then the lobby, whose button it was, has gone. Whoever appears in the middle of a call tells nothing. */
  #tell(isIn: boolean, call: CallState | undefined): void {
    if (this.#state.value?.status !== "ready" || call?.status === "leaving") return;
    const before = this.#last;
    this.#last = { isIn, roomId: call?.roomId ?? before?.roomId ?? "" };
    if (!before || before.isIn === isIn) return;
    this.dispatchEvent(isIn ? new MeloCallJoinedEvent(this.#last.roomId) : new MeloCallLeftEvent(before.roomId, call?.error));
  }

  protected override render(): unknown {
    if (this.#room.missing) return noSession("melo-call");
    if (!this.room) return callGate(CircleAlert, msg('Say which room: <melo-call room="#name:server">.'), "bad");
    const [session, room] = [this.#session.value, this.#state.value];
    if (session && comesBeforeRooms(session)) return this.#renderSignIn();
    if (!session || !room || room.status === "loading") {
      return callGate(LoaderCircle, session && isStarting(session) ? stepWords(session) : msg("Opening the call…"), "waiting");
    }
    const gate = roomGate(room, this.room);
    if (gate) {
      const options = {
        session: this.session,
        problem: this.problem,
        busy: this.#action.busy,
        onAct: (effect: GateAction["effect"]) => void this.#enter(effect),
      };
      return gateView(gate, room, options);
    }
    return this.#renderCall(room);
  }

  #renderCall(room: RoomState): unknown {
    const call = this.#call;
    switch (call?.status) {
      case undefined:
        return html`<div class="lobby" part="lobby"><melo-call-preview .session=${this.session} .room=${this.room}></melo-call-preview></div>`;
      case "joining":
        return callGate(LoaderCircle, statusWords(call), "waiting", [msg("Cancel"), this.#handleLeave]);
      case "leaving":
        return callGate(LoaderCircle, statusWords(call), "waiting");
      case "failed":
        return failedGate(call, this.#handleAgain, this.#handleLeave);
      case "connected":
      case "reconnecting":
        return this.#renderStage(call, room);
    }
  }

  #renderStage(call: CallState, { name }: RoomState): TemplateResult {
    return html`<section class="stage" part="stage" aria-label=${msg(str`Call in ${call.name || name}`)}>
      <header part="header">
        <h2><bdi>${call.name || name}</bdi></h2>
        ${this.#renderViews()}
      </header>
      <melo-call-status without-encryption .session=${this.session}></melo-call-status>
      <melo-call-grid part="grid" exportparts="tile, pages" .session=${this.session} .layout=${this.layout}><slot name="alone" slot="alone">${msg("Nobody else is here yet.")}</slot></melo-call-grid>
      <footer part="footer">
        <span class="secure">${icon(call.encrypted ? Lock : LockOpen)}<span>${encryptionWords(call)}</span></span>
        <slot name="controls" class="controls"><melo-call-controls class="controls" .session=${this.session}></melo-call-controls></slot>
        <slot name="actions"></slot>
      </footer>
    </section>`;
  }

  #renderViews(): TemplateResult {
    const choices: readonly (readonly [CallLayout, string])[] = [
      ["auto", msg("Automatic")],
      ["grid", msg("All the same size")],
      ["speaker", msg("Speaker large")],
      ["strip", msg("One row")],
    ];
    const square = (label: string, shape: Parameters<typeof icon>[0], act: () => void, name = ""): TemplateResult =>
      html`<button type="button" class="square ${name}" title=${label} aria-label=${label} @click=${act}>${icon(shape)}</button>`;
    return html`
      <select aria-label=${msg("Layout")} @change=${this.#handleLayout}>
        ${choices.map(([value, label]) => html`<option value=${value} ?selected=${value === this.layout}>${label}</option>`)}
      </select>
      ${PictureWindow.isSupported ? square(msg("Small window"), PictureInPicture, this.#handlePicture, "picture-button") : nothing}
      ${
        document.fullscreenEnabled
          ? square(
              this.isFullscreen ? msg("Leave full screen") : msg("Full screen"),
              this.isFullscreen ? Minimize : Maximize,
              this.#handleFullscreen,
            )
          : nothing
      }
    `;
  }

  #renderSignIn(): TemplateResult {
    void import("./melo-login.js").catch(() => undefined); // the loader's stand-in says what is missing
    return html`<div class="sign-in"><melo-login .session=${this.#room.session}></melo-login></div>`;
  }

  async #enter(effect: GateAction["effect"]): Promise<void> {
    const { room } = this.#room.value ?? {};
    this.problem = "";
    if (room && !(await this.#action.run(() => room[effect]())) && this.#action.error)
      this.problem = callErrorWords(this.#action.error).text;
  }

  #handleLeave = (): void => void this.#action.run(async () => this.#calls.calls?.leave());

  #handleAgain = (): void => void this.#action.run(async () => this.#calls.calls?.join(this.room));

  #handleLayout = (event: Event): void => void (this.layout = (event.target as HTMLSelectElement).value as CallLayout);

  #handlePicture = (): void => {
    const [tile, { calls }] = [this.grid?.focusedTile, this.#calls];
    if (!tile || !calls) return;
    if (PictureWindow.current) PictureWindow.current.close();
    else void PictureWindow.open(calls, { participantId: tile.participant, screen: tile.screen || undefined }, this).catch(() => undefined);
  };

  #handleFullscreen = (): void => {
    const done = this.isFullscreen ? document.exitFullscreen() : this.requestFullscreen();
    void done.catch(() => undefined); // the page around may not allow it
  };

  #handleFullscreenChange = (): void => void (this.isFullscreen = this.matches(":fullscreen"));
}

if (!customElements.get("melo-call")) customElements.define("melo-call", MeloCall);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call": MeloCall;
  }
}
