import { msg } from "@lit/localize";
import { html, nothing, render, type CSSResult, type TemplateResult } from "lit";

import type { Calls, CallState, Participant } from "../media/calls-state.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Mic, MicOff, PhoneOff, PictureInPicture, Video, VideoOff } from "./icons.js";
import styles from "./picture-window.styles.js";
import stage from "./stage.styles.js";
import { switchButton } from "./switch-button.js";
import { tileReason } from "./tile-words.js";
import tokens from "./tokens.styles.js";

/** Which tile the small window shows. */
export interface PictureSubject {
  readonly participantId: string;
  /** The id of the track, for a screen. */
  readonly screen?: string;
}

/** Document picture-in-picture; not in TypeScript's library yet. */
interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window & typeof globalThis>;
}

const SHEETS: readonly CSSResult[] = [tokens, stage, controls, styles];
const SIZE = { width: 360, height: 220 };
/** The public properties that a host may have set: the window is another document, which inherits nothing. */
const INHERITED = new Set(SHEETS.flatMap(({ cssText }) => cssText.match(/--melo-[\w-]+/g) ?? []));

let open: PictureWindow | undefined;

/**
 * A small window of the browser that stays above all others, with one tile of the call and the controls one needs there. Nothing is moved into it: it attaches the track once more, so the page
 * and the call are the same before and after, however the window is closed. It closes by itself with the call.
 */
export class PictureWindow {
  readonly #calls: Calls;
  readonly #window: Window & typeof globalThis;
  readonly #root: ShadowRoot;
  readonly #ended = new AbortController();
  #subject: PictureSubject;
  #attached?: { readonly trackId: string; readonly element: HTMLVideoElement; readonly detach: () => void };

  private constructor(calls: Calls, subject: PictureSubject, from: Element, view: Window & typeof globalThis) {
    this.#calls = calls;
    this.#subject = subject;
    this.#window = view;
    this.#root = dressed(view, from);
    const { signal } = this.#ended;
    view.addEventListener("pagehide", this.#handleClose, { signal });
    window.addEventListener("pagehide", () => this.close(), { signal });
    calls.subscribe(this.#update, { signal });
    this.#update();
  }

  /** Whether the browser has such windows. Without, one video at a time can float: `video.requestPictureInPicture()`. */
  static get isSupported(): boolean {
    return "documentPictureInPicture" in window;
  }

  /** The window that is open now; there is one at most. */
  static get current(): PictureWindow | undefined {
    return open;
  }

  /** To be called from a click. `from`: whose look it takes over. Rejects what the browser says, if it does not allow the window. */
  static async open(calls: Calls, subject: PictureSubject, from: Element): Promise<PictureWindow> {
    open?.close();
    const { documentPictureInPicture } = window as unknown as { documentPictureInPicture: DocumentPictureInPicture };
    open = new PictureWindow(calls, subject, from, await documentPictureInPicture.requestWindow(SIZE));
    return open;
  }

  close(): void {
    this.#window.close();
    this.#handleClose();
  }

  #handleClose = (): void => {
    this.#ended.abort();
    this.#attached?.detach();
    this.#attached = undefined;
    if (open === this) open = undefined;
  };

  #update = (): void => {
    const { call, settings } = this.#calls.state;
    if (!call || call.status === "leaving" || call.status === "failed") return this.close();
    const participant = this.#follow(call);
    const track = participant?.tracks.find(
      ({ id, source, muted, blocked }) => !muted && !blocked && (this.#subject.screen ? id === this.#subject.screen : source === "camera"),
    );
    render(this.#template(call, participant, track !== undefined, settings.mirror), this.#root);
    this.#attach(track?.id);
  };

  /** When whom it showed has gone, it goes on with somebody else. */
  #follow({ participants }: CallState): Participant | undefined {
    const { participantId, screen } = this.#subject;
    const same = participants.find(({ id }) => id === participantId);
    if (screen && !same?.tracks.some(({ id }) => id === screen)) this.#subject = { participantId };
    if (same) return same;
    const next =
      participants.find(({ speaking, isLocal }) => speaking && !isLocal) ?? participants.find(({ isLocal }) => !isLocal) ?? participants[0];
    if (next) this.#subject = { participantId: next.id };
    return next;
  }

  #template(call: CallState, participant: Participant | undefined, isShown: boolean, mirror: boolean): TemplateResult {
    const { screen } = this.#subject;
    const name = participant ? (participant.isLocal ? msg("You") : participant.name) : call.name;
    const kind = screen ? "screen" : participant?.isLocal && mirror ? "mirrored" : "";
    const reason = participant && !participant.isLocal ? tileReason(participant.name, participant.tracks, Date.now())?.text : undefined;
    return html`<div class="picture ${kind} ${participant?.speaking && !screen ? "speaking" : ""}">
      ${isShown ? html`<video .muted=${true} autoplay playsinline></video><span class="tag"><bdi>${name}</bdi></span>` : html`<p class="words"><bdi>${reason ?? name}</bdi></p>`}
      <div class="controls" role="toolbar" aria-label=${msg("Call")}>
        ${call.canSpeak ? this.#renderSwitches(call) : nothing}
        <button type="button" title=${msg("Back to the page")} aria-label=${msg("Back to the page")} @click=${() => this.close()}>${icon(PictureInPicture)}</button>
        <button type="button" class="leave" title=${msg("Leave")} aria-label=${msg("Leave")} @click=${() => void this.#calls.leave().catch(() => undefined)}>${icon(PhoneOff)}</button>
      </div>
    </div>`;
  }

  #renderSwitches({ microphone, camera }: CallState): TemplateResult[] {
    const act = (action: Promise<void>): void => void action.catch(() => undefined); // told on the page, where there is room for words
    const [isHeard, isSeen] = [microphone.status === "on", camera.status === "on"];
    return [
      switchButton({
        isOn: isHeard,
        labels: [msg("Mute"), msg("Unmute")],
        icons: [Mic, MicOff],
        onClick: () => act(this.#calls.setMicrophone(!isHeard)),
      }),
      switchButton({
        isOn: isSeen,
        labels: [msg("Turn camera off"), msg("Turn camera on")],
        icons: [Video, VideoOff],
        onClick: () => act(this.#calls.setCamera(!isSeen)),
      }),
    ];
  }

  #attach(trackId: string | undefined): void {
    const element = this.#root.querySelector("video");
    if (this.#attached?.trackId === trackId && this.#attached?.element === element) return;
    this.#attached?.detach();
    this.#attached = trackId && element ? { trackId, element, detach: this.#calls.attach(trackId, element) } : undefined;
  }
}

/** An empty shadow root in the window, in the look of `from`: constructed style sheets belong to one document each, so they are made anew there. */
function dressed(view: Window & typeof globalThis, from: Element): ShadowRoot {
  const { document } = view;
  const [look, host] = [getComputedStyle(from), document.createElement("div")];
  document.title = msg("Call");
  document.documentElement.lang = from.ownerDocument.documentElement.lang;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync("html, body { block-size: 100%; margin: 0; }");
  document.adoptedStyleSheets = [sheet];
  document.documentElement.style.setProperty("font", look.font);
  for (const name of INHERITED) document.documentElement.style.setProperty(name, look.getPropertyValue(name));
  document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = SHEETS.map(({ cssText }) => {
    const made = new view.CSSStyleSheet();
    made.replaceSync(cssText);
    return made;
  });
  return root;
}
