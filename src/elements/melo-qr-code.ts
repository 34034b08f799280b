import { encodeQR } from "qr";

import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { base64ToBytes } from "../internal/base64.js";
import tokens from "./tokens.styles.js";

/** Each module of the code is a whole number of pixels, and the quiet zone that the standard wants (ISO/IEC 18004, 6.3.8) is part of the picture. */
const PIXELS = 8;
const QUIET = 4;

/**
 * Draws bytes as a QR code. They are painted and never written into the document.
 *
 * @example <melo-qr-code label="A code to scan"></melo-qr-code>
 *
 * @csspart image - The picture.
 * @cssproperty [--melo-qr-size=15rem] - Its width and height; less by default where the window is low.
 */
export class MeloQrCode extends LitElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        inline-size: min(100%, var(--melo-qr-size, clamp(10rem, 45dvb, 15rem)));
        aspect-ratio: 1;
        border-radius: var(--_corner-small);
        overflow: clip;
        background: white;
      }
      canvas {
        display: block;
        inline-size: 100%;
        block-size: 100%;
        image-rendering: pixelated;
        forced-color-adjust: none;
      }
    `,
  ];

  /** What to draw, in base64. */
  @property({ attribute: false }) code = "";

  /** What it is, for who cannot see it. */
  @property() label = "";

  @query("canvas") private canvas!: HTMLCanvasElement;

  protected override render(): TemplateResult {
    return html`<canvas part="image" role="img" aria-label=${this.label}></canvas>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("code") && this.code) this.#draw();
  }

  /** Black on white in every colour scheme: that is what cameras expect. */
  #draw(): void {
    const bytes = base64ToBytes(this.code);
    const modules = encodeQR(" ", "raw", { encoding: "byte", ecc: "low", border: QUIET, textEncoder: () => bytes });
    const { canvas } = this;
    canvas.width = canvas.height = modules.length * PIXELS;
    const context = canvas.getContext("2d")!;
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "black";
    modules.forEach((row, y) =>
      row.forEach((isDark, x) => {
        if (isDark) context.fillRect(x * PIXELS, y * PIXELS, PIXELS, PIXELS);
      }),
    );
  }
}

if (!customElements.get("melo-qr-code")) customElements.define("melo-qr-code", MeloQrCode);

declare global {
  interface HTMLElementTagNameMap {
    "melo-qr-code": MeloQrCode;
  }
}
