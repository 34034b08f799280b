import { msg } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { ClockController } from "../controllers/clock-controller.js";
import { ParticipantController, type InCall } from "../controllers/participant-controller.js";
import { SessionController } from "../controllers/session-controller.js";
import { VideoController } from "../controllers/video-controller.js";
import type { Participant, ParticipantTrack } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Maximize, Pin, PinOff, ZoomIn, ZoomOut } from "./icons.js";
import "./melo-avatar.js";
import styles from "./melo-call-tile.styles.js";
import "./melo-tile-menu.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { PictureWindow } from "./picture-window.js";
import { ScreenZoom } from "./screen-zoom.js";
import { MeloTilePinEvent } from "./stage-events.js";
import stage from "./stage.styles.js";
import { nameTag, ownScreenView, reactionBubbles, REACTION_TIME, reasonView } from "./tile-views.js";
import { tileLabel, tileReason, type TileReason } from "./tile-words.js";
import tokens from "./tokens.styles.js";

/**
 * Somebody in the call of this page, or a screen that they share: picture or avatar, name, whether they are muted and speak, how well they are connected, and, in words, why something of
 * them is not shown or played.
 *
 * @example <melo-call-tile participant="@bob:example.org:GARDENGATE"></melo-call-tile>
 *
 * @slot - Anything to lay over the picture.
 * @fires {MeloTilePinEvent} melo-tile-pin - The visitor wants this tile large, or not any more.
 * @csspart base - The tile.
 * @csspart video - The picture.
 * @csspart avatar - What stands in place of the picture.
 * @csspart name - The name tag.
 * @csspart reason - Why something is not shown or played.
 * @csspart tools - The buttons that appear on hover and focus.
 * @cssproperty [--melo-color-stage-tile] - Its ground.
 * @cssproperty [--melo-color-good] - The ring of who speaks.
 * @cssstate speaking - They speak.
 * @cssstate muted - They are muted.
 * @cssstate blocked - Something of them is not shown or played.
 * @cssstate waiting - They are not connected yet, or not any more.
 * @cssstate screen - It is a screen.
 */
export class MeloCallTile extends LitElement {
  static override styles = [tokens, stage, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Whose tile: the id of a participant. */
  @property() participant = "";

  /** The id of the track of a screen: shows that instead of the person. */
  @property() screen = "";

  /** It is the large one. */
  @property({ type: Boolean }) pinned = false;

  /** Leaves the buttons out. */
  @property({ type: Boolean, attribute: "without-tools" }) withoutTools = false;

  /** Whether the Tab key reaches it, where a grid around it moves the focus. */
  @property({ attribute: false }) tabStop?: boolean;

  @state() private isZoomed = false;
  @query(".base") private base?: HTMLElement;
  @query("video") private video!: HTMLVideoElement | null;

  readonly #internals = this.attachInternals();
  readonly #session = new SessionController(this);
  readonly #person = new ParticipantController(this, () => ({ calls: this.#session.value?.calls, id: this.participant }));
  readonly #zoom = new ScreenZoom(
    () => this.video,
    () => (this.isZoomed = this.#zoom.isZoomed),
  );

  constructor() {
    super();
    new VideoController(this, () => ({ calls: this.#session.value?.calls, trackId: this.#shown?.id, element: this.video }));
    new ClockController(this, () =>
      Math.max(this.#reason?.until ?? 0, (this.#person.value?.reactions.at(-1)?.at ?? -REACTION_TIME) + REACTION_TIME),
    );
  }

  /** Puts the focus on the tile. */
  override focus(options?: FocusOptions): void {
    this.base?.focus(options);
  }

  /** Shows the tile alone on the whole screen, or ends that. */
  async toggleFullscreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.requestFullscreen();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("screen") || changed.has("participant")) this.#zoom.reset();
  }

  protected override updated(): void {
    const { participant } = this.#person.value ?? {};
    const states = {
      speaking: !!participant?.speaking && !this.screen,
      muted: !!participant?.muted,
      blocked: !!this.#reason && !this.#reason.isCalm,
      waiting: participant !== undefined && participant.presence !== "connected",
      screen: !!this.screen,
    };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): unknown {
    if (this.#session.missing) return noSession("melo-call-tile");
    const inCall = this.#person.value;
    if (!inCall) return nothing;
    const { participant, mirror, reactions } = inCall;
    const isOwnScreen = this.screen !== "" && participant.isLocal;
    const classes = `base ${this.screen ? "screen" : participant.isLocal && mirror ? "mirrored" : ""} ${this.isZoomed ? "zoomed" : ""}`;
    return html`<div
      class=${classes}
      part="base"
      role="group"
      aria-label=${tileLabel(participant, !!this.screen)}
      tabindex=${this.tabStop === undefined ? nothing : this.tabStop ? 0 : -1}
      @keydown=${this.#handleKey}
      @wheel=${this.screen ? this.#zoom.handleWheel : nothing}
    >
      ${isOwnScreen ? ownScreenView(this.#handleStop, this.#innerTab) : [this.#renderContent(participant), nameTag(participant, !!this.screen)]}
      ${this.screen ? nothing : reactionBubbles(reactions, Date.now())}
      <slot></slot>
      ${this.withoutTools || isOwnScreen ? nothing : this.#renderTools(inCall)}
    </div>`;
  }

  #renderContent(participant: Participant): unknown {
    const reason = this.#reason;
    const isShown = this.#shown !== undefined;
    return [
      isShown || reason || this.screen ? nothing : this.#renderAvatar(participant),
      isShown
        ? html`<video part="video" aria-hidden="true" .muted=${true} autoplay playsinline @pointerdown=${this.screen ? this.#zoom.handlePointerDown : nothing}></video>`
        : nothing,
      reason && reasonView(reason, isShown),
    ];
  }

  #renderAvatar({ name, userId, avatar }: Participant): TemplateResult {
    return html`<melo-avatar part="avatar" .session=${this.#session.value} .name=${name} .colorKey=${userId} .src=${avatar}></melo-avatar>`;
  }

  #renderTools(inCall: InCall): TemplateResult {
    const button = (label: string, shape: Parameters<typeof icon>[0], act: () => void): TemplateResult =>
      html`<button type="button" title=${label} aria-label=${label} tabindex=${this.#innerTab} @click=${act}>${icon(shape)}</button>`;
    return html`<div class="tools" part="tools">
      ${
        this.screen
          ? [
              this.isZoomed ? button(msg("Smaller"), ZoomOut, () => this.#zoom.by(-1)) : nothing,
              button(msg("Larger"), ZoomIn, () => this.#zoom.by(1)),
              button(msg("Full screen"), Maximize, this.#handleFullscreen),
            ]
          : nothing
      }
      ${button(this.pinned ? msg("Put back") : msg("Show large"), this.pinned ? PinOff : Pin, this.#handlePin)}
      <melo-tile-menu
        class="menu-button"
        .session=${this.#session.value}
        .inCall=${inCall}
        .actions=${{ pin: this.#handlePin, fullscreen: this.#handleFullscreen, picture: this.#picture }}
        .tabStop=${this.tabStop}
        ?screen=${!!this.screen}
        ?pinned=${this.pinned}
      ></melo-tile-menu>
    </div>`;
  }

  /** The track whose picture is shown. */
  get #shown(): ParticipantTrack | undefined {
    const { participant } = this.#person.value ?? {};
    if (this.screen && participant?.isLocal) return undefined;
    return participant?.tracks.find(
      ({ source, id, muted, blocked }) => !muted && !blocked && (this.screen ? id === this.screen : source === "camera"),
    );
  }

  get #reason(): TileReason | undefined {
    const { participant } = this.#person.value ?? {};
    if (!participant || participant.isLocal) return undefined;
    const own = participant.tracks.filter(({ id, source }) =>
      this.screen ? id === this.screen : source === "microphone" || source === "camera",
    );
    return tileReason(participant.name, own, Date.now());
  }

  /** How to show it in a small window, where that is possible. */
  get #picture(): (() => void) | undefined {
    const calls = this.#session.value?.calls;
    if (calls && PictureWindow.isSupported) {
      const subject = { participantId: this.participant, screen: this.screen || undefined };
      return () => void PictureWindow.open(calls, subject, this).catch(() => undefined);
    }
    const { video } = this;
    return video && document.pictureInPictureEnabled ? () => void video.requestPictureInPicture().catch(() => undefined) : undefined;
  }

  get #innerTab(): 0 | -1 {
    return this.tabStop === false ? -1 : 0;
  }

  #handleKey = (event: KeyboardEvent): void => {
    if (event.target !== this.base || event.altKey || event.ctrlKey || event.metaKey) return;
    const isForZoom = this.screen !== "" && this.#zoom.handleKey(event);
    if (!isForZoom && event.key === "Enter") this.#handlePin();
    else if (!isForZoom) return;
    event.preventDefault();
    event.stopPropagation();
  };

  #handleStop = (): void => {
    const isKnown = this.#person.value?.ownScreens.includes(this.screen);
    void this.#session.value?.calls.stopScreenShare(isKnown ? this.screen : undefined).catch(() => undefined); // nothing to stop any more
  };

  #handlePin = (): void => void this.dispatchEvent(new MeloTilePinEvent(this.participant, this.screen || undefined));

  #handleFullscreen = (): void => void this.toggleFullscreen().catch(() => undefined); // the browser may not allow it here
}

if (!customElements.get("melo-call-tile")) customElements.define("melo-call-tile", MeloCallTile);

declare global {
  interface HTMLElementTagNameMap {
    "melo-call-tile": MeloCallTile;
  }
}
