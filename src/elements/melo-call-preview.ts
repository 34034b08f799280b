import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import { RoomController } from "../controllers/room-controller.js";
import { VideoController } from "../controllers/video-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { CallsState, LocalSource } from "../media/calls-state.js";
import type { RoomCallState } from "../media/room-call-state.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloCallJoinEvent, MeloCallJoinedEvent } from "./call-events.js";
import { callNotice } from "./call-notice.js";
import { canCall } from "./call-support.js";
import { callErrorWords, deviceWords, elsewhereWords, joinWords, listenOnlyWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { CircleAlert, Info, Mic, MicOff, MonitorSmartphone, Video, VideoOff } from "./icons.js";
import { insideView } from "./inside-view.js";
import "./melo-avatar.js";
import styles from "./melo-call-preview.styles.js";
import "./melo-device-picker.js";
import "./melo-level-meter.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import stage from "./stage.styles.js";
import { switchButton } from "./switch-button.js";
import tokens from "./tokens.styles.js";

/**
 * The lobby of a room's call: who is inside already, how one looks and sounds, which devices are used, and the button that joins. Camera and microphone are opened only when the visitor asks for it.
 *
 * @example <melo-call-preview room="#garden:example.org"></melo-call-preview>
 *
 * @slot heading - Replaces the room's name.
 * @slot actions - Buttons beside the one that joins.
 * @fires {MeloCallJoinEvent} melo-call-join - Cancelable: the visitor wants to join.
 * @fires {MeloCallJoinedEvent} melo-call-joined - This page is in the call.
 * @csspart base - The lobby.
 * @csspart picture - The own picture.
 * @csspart meter - How loud the own microphone is.
 * @csspart inside - Who is inside.
 * @csspart notice - What stands in the way.
 * @csspart join - The button that joins.
 * @cssproperty [--melo-color-stage] - The ground.
 * @cssstate open - Camera or microphone are tried out.
 */
export class MeloCallPreview extends LitElement {
  static override styles = [tokens, stage, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  /** What the visitor goes in with; their switches change it. */
  @property({ type: Boolean }) camera = false;
  @property({ type: Boolean, attribute: "without-microphone" }) withoutMicrophone = false;

  @state() private isOpen = false;
  @query("video") private video!: HTMLVideoElement | null;

  readonly #internals = this.attachInternals();
  readonly #room = new RoomController(this, () => this.room);
  readonly #inside = new WatchController(
    this,
    () => this.#room.value?.call,
    (call) => call,
  );
  readonly #calls = new CallsController(this, (calls) => calls);
  readonly #own = new WatchController(
    this,
    () => this.#ownUser,
    (user) => user,
  );
  readonly #action = new ActionController(this);
  readonly #opening = new ActionController(this);

  constructor() {
    super();
    new VideoController(this, () => ({ calls: this.#calls.calls, trackId: this.#preview?.cameraTrack, element: this.video }));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("room") && changed.get("room")) [this.camera, this.withoutMicrophone] = [false, false];
    this.#internals.states[this.isOpen ? "add" : "delete"]("open");
  }

  protected override render(): unknown {
    if (this.#calls.missing) return noSession("melo-call-preview");
    if (!this.room) return callNotice(CircleAlert, { text: msg('Say which room: <melo-call-preview room="#name:server">.') }, "bad");
    const inside = this.#inside.value;
    const calls = this.#calls.value;
    if (!inside || !calls || inside.status === "loading") return html`<p class="notice" role="status">${msg("Looking who is inside…")}</p>`;
    if (inside.status === "failed" && inside.error) return callNotice(CircleAlert, callErrorWords(inside.error), "bad");
    return html`<div class="lobby" part="base">
      ${this.#renderPicture(calls, inside.canSpeak)}
      <div class="side">
        <slot name="heading">${inside.name ? html`<h2><bdi>${inside.name}</bdi></h2>` : nothing}</slot>
        ${insideView(inside, this.#calls.session)} ${this.#renderBarrier(inside, calls) ?? this.#renderWayIn(inside, calls)}
      </div>
    </div>`;
  }

  #renderPicture({ settings }: CallsState, canSpeak: boolean): TemplateResult {
    const own = this.#own.value;
    const { cameraTrack, camera } = this.#preview ?? {};
    const account = this.#ownId;
    return html`<div class="picture ${settings.mirror ? "mirrored" : ""}" part="picture">
      ${
        cameraTrack && camera?.status === "on"
          ? html`<video aria-label=${msg("Your picture")} .muted=${true} autoplay playsinline></video>`
          : html`<melo-avatar .session=${this.#calls.session} .name=${own?.name || account} .colorKey=${account} .src=${own?.avatar}></melo-avatar>`
      }
      <div class="switches">
        ${switchButton({
          isOn: canSpeak && !this.withoutMicrophone,
          labels: [msg("Go in muted"), msg("Go in with the microphone")],
          icons: [Mic, MicOff],
          disabled: !canSpeak,
          onClick: this.#handleMicrophone,
        })}
        ${switchButton({
          isOn: canSpeak && this.camera,
          labels: [msg("Turn camera off"), msg("Turn camera on")],
          icons: [Video, VideoOff],
          disabled: !canSpeak,
          onClick: this.#handleCamera,
        })}
      </div>
    </div>`;
  }

  /** Why nobody can go in from here, if so. */
  #renderBarrier({ canJoin }: RoomCallState, { elsewhere, call }: CallsState): TemplateResult | undefined {
    if (canJoin !== "allowed") return callNotice(CircleAlert, { text: joinWords(canJoin) }, "care");
    if (!canCall()) return callNotice(CircleAlert, callErrorWords({ code: "unsupported", message: "" }), "bad");
    const isElsewhere = elsewhere && elsewhere.roomId === this.#inside.value?.roomId && !call;
    return isElsewhere
      ? html`${callNotice(MonitorSmartphone, { text: elsewhereWords() })}${this.#renderJoin(msg("Go on here"))}`
      : undefined;
  }

  #renderWayIn({ canSpeak }: RoomCallState, calls: CallsState): unknown {
    const problems = [
      this.#preview && !this.withoutMicrophone ? deviceWords("microphone", this.#preview.microphone.status) : undefined,
      this.#preview && this.camera ? deviceWords("camera", this.#preview.camera.status) : undefined,
      this.#action.error && callErrorWords(this.#action.error),
    ].filter((words) => words !== undefined);
    return [
      canSpeak ? nothing : callNotice(Info, { text: listenOnlyWords() }),
      this.#renderDevices(calls),
      html`<div role="alert">${problems.map((words) => callNotice(CircleAlert, words, "bad"))}</div>`,
      this.#renderJoin(msg("Join"), canSpeak),
    ];
  }

  #renderDevices({ devices }: CallsState): unknown {
    if (!this.isOpen) return nothing;
    const isOn = ({ status }: LocalSource = { status: "off" }): boolean => status === "on";
    return [
      isOn(this.#preview?.microphone) ? html`<melo-level-meter part="meter" .session=${this.#calls.session}></melo-level-meter>` : nothing,
      html`<melo-device-picker .session=${this.#calls.session} kind="microphone" without-settings></melo-device-picker>`,
      this.camera
        ? html`<melo-device-picker .session=${this.#calls.session} kind="camera" without-settings></melo-device-picker>`
        : nothing,
      devices.speakers.length
        ? html`<melo-device-picker .session=${this.#calls.session} kind="speaker" without-settings></melo-device-picker>`
        : nothing,
    ];
  }

  #renderJoin(label: string, mayTry = false): TemplateResult {
    return html`<div class="actions">
      <button type="button" class="filled join" part="join" ?disabled=${this.#action.busy} @click=${this.#handleJoin}>${label}</button>
      ${
        mayTry && !this.isOpen
          ? html`<button type="button" class="outlined" ?disabled=${this.#opening.busy} @click=${this.#handleTry}>${msg("Check sound and picture")}</button>`
          : nothing
      }
      <slot name="actions"></slot>
    </div>`;
  }

  get #preview(): CallsState["preview"] {
    return this.isOpen ? this.#calls.value?.preview : undefined;
  }

  get #ownId(): string {
    return this.#calls.session?.state.account?.userId ?? "";
  }

  get #ownUser(): ReturnType<SessionApi["user"]> | undefined {
    return this.#ownId ? this.#calls.session?.user(this.#ownId) : undefined;
  }

  #open(): void {
    this.isOpen = true;
    const wanted = { microphone: !this.withoutMicrophone, camera: this.camera };
    const { calls } = this.#calls;
    if (calls) void this.#opening.run(() => calls.openPreview(wanted)); // what fails is in the state
  }

  #close(): void {
    if (this.isOpen) void this.#calls.calls?.closePreview().catch(() => undefined);
    this.isOpen = false;
  }

  #handleMicrophone = (): void => {
    this.withoutMicrophone = !this.withoutMicrophone;
    if (this.isOpen) this.#open();
  };

  #handleCamera = (): void => {
    this.camera = !this.camera;
    if (this.isOpen || this.camera) this.#open();
  };

  #handleTry = (): void => {
    this.camera = true;
    this.#open();
  };

  #handleJoin = async (): Promise<void> => {
    const { calls } = this.#calls;
    const options = { microphone: !this.withoutMicrophone, camera: this.camera };
    if (!calls || !this.dispatchEvent(new MeloCallJoinEvent(this.room, options))) return;
    const isJoined = await this.#action.run(() => calls.join(this.room, options));
    if (!isJoined) return;
    this.#close();
    if (this.isConnected) this.dispatchEvent(new MeloCallJoinedEvent(calls.state.call?.roomId ?? this.room)); // else whoever took it away tells
  };
}

if (!customElements.get("melo-call-preview")) customElements.define("melo-call-preview", MeloCallPreview);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-preview": MeloCallPreview;
  }
}
