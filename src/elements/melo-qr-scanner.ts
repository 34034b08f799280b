import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import { CameraController, type CameraStatus } from "../controllers/camera-controller.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Image, LoaderCircle } from "./icons.js";
import styles from "./melo-qr-scanner.styles.js";
import notice from "./notice.styles.js";
import { readQrCode } from "./read-qr-code.js";
import { MeloCodeScannedEvent } from "./scanner-events.js";
import tokens from "./tokens.styles.js";

/** How long to wait between two looks at what the camera sees, in ms: reading a picture takes some of that. */
const LOOK_EVERY = 150;

/**
 * Reads QR codes with the camera, or from a picture. The camera is on only while this is on the page.
 *
 * @example <melo-qr-scanner></melo-qr-scanner>
 *
 * @fires {MeloCodeScannedEvent} melo-code-scanned - A code was read: its bytes.
 * @csspart video - What the camera sees.
 * @csspart note - Why there is nothing to see.
 * @csspart picture - The button that takes a picture instead.
 * @cssproperty [--melo-corner] - Roundness of the video.
 * @cssstate on - The camera is on.
 */
export class MeloQrScanner extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** Reads pictures only. */
  @property({ type: Boolean, attribute: "without-camera" }) withoutCamera = false;

  /** The picture had no code in it. */
  @state() private foundNone = false;

  @query("video") private video?: HTMLVideoElement;
  @query("input") private input!: HTMLInputElement;

  readonly #internals = this.attachInternals();
  readonly #camera = new CameraController(this);
  #looking?: ReturnType<typeof setInterval>;

  /** Reads the code in a picture, and fires as the camera does. Resolves with whether there was one. */
  async readPicture(picture: ImageBitmapSource): Promise<boolean> {
    const bitmap = await createImageBitmap(picture).catch(() => undefined);
    const bytes = bitmap && readQrCode(bitmap);
    bitmap?.close();
    this.foundNone = !bytes;
    if (bytes) this.dispatchEvent(new MeloCodeScannedEvent(bytes));
    return !!bytes;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.withoutCamera) void this.#camera.start();
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#looking);
  }

  protected override willUpdate(): void {
    this.#internals.states[this.#camera.status === "on" ? "add" : "delete"]("on");
  }

  protected override render(): TemplateResult {
    const { status } = this.#camera;
    return html`
      ${status === "on" ? html`<video part="video" muted playsinline autoplay aria-label=${msg("What the camera sees")}></video>` : this.#renderNote(status)}
      <div aria-live="polite">
        ${this.foundNone ? html`<p class="notice care" part="note">${icon(CircleAlert)}<span>${msg("There is no code in this picture that could be read.")}</span></p>` : nothing}
      </div>
      <button class="link" part="picture" type="button" @click=${() => this.input.click()}>${icon(Image)}${msg("Use a picture of the code")}</button>
      <input type="file" accept="image/*" hidden @change=${this.#handleFile} />
    `;
  }

  protected override updated(): void {
    const { video } = this;
    const { stream } = this.#camera;
    if (!video || video.srcObject === (stream ?? null)) return;
    video.srcObject = stream ?? null;
    video.play().catch(() => {}); // it is off again
  }

  #renderNote(status: CameraStatus): TemplateResult | typeof nothing {
    if (this.withoutCamera || status === "off") return nothing;
    const isWaiting = status === "asking";
    return html`<p class="notice ${isWaiting ? "" : "care"}" part="note" role="status">
      ${icon(isWaiting ? LoaderCircle : CircleAlert)}<span>${cameraWords(status)}</span>
      ${isWaiting ? nothing : html`<button class="link" type="button" @click=${() => void this.#camera.start()}>${msg("Try again")}</button>`}
    </p>`;
  }

  #look(): void {
    const { video } = this;
    if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || document.hidden) return;
    const bytes = readQrCode(video);
    if (bytes) this.dispatchEvent(new MeloCodeScannedEvent(bytes));
  }

  #handleFile = (): void => {
    const [file] = this.input.files ?? [];
    this.input.value = ""; // the same picture may be chosen again
    if (file) void this.readPicture(file);
  };
}

function cameraWords(status: CameraStatus): string {
  switch (status) {
    case "denied":
      return msg("The browser does not let this page use the camera. Allow it beside the address, or compare emoji instead.");
    case "none":
      return msg("There is no camera here. Use a picture of the code, or compare emoji instead.");
    case "busy":
      return msg("The camera is in use elsewhere. Close what uses it, or compare emoji instead.");
    case "unsupported":
      return msg("This page cannot use a camera. Use a picture of the code, or compare emoji instead.");
    case "asking":
      return msg("Allow the camera when the browser asks.");
    case "off":
    case "on":
      return "";
  }
}

if (!customElements.get("melo-qr-scanner")) customElements.define("melo-qr-scanner", MeloQrScanner);

declare global {
  interface HTMLElementTagNameMap {
    "melo-qr-scanner": MeloQrScanner;
  }
}
