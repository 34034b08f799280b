import { LitElement, html, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { ImageController } from "../controllers/image-controller.js";
import { SessionController } from "../controllers/session-controller.js";
import type { SessionApi } from "../session/session-api.js";
import styles from "./melo-avatar.styles.js";
import tokens from "./tokens.styles.js";

/** Side of the picture that is asked for, in CSS pixels: sharp up to twice the usual size of an avatar. */
const PICTURE_SIZE = 96;

/**
 * Shows the picture of a person or a room, or their initials on a colour of their own. Decorative: write the name beside it.
 *
 * @example <melo-avatar name="Bob Kaya" color-key="@bob:example.org" src="mxc://example.org/abc"></melo-avatar>
 *
 * @csspart base - The circle.
 * @csspart image - The picture.
 * @cssproperty [--melo-avatar-size=36px] - Its diameter.
 */
export class MeloAvatar extends LitElement {
  static override styles = [tokens, styles];

  /** The session to load with: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Whose initials. */
  @property() name = "";

  /** What the colour follows, so that it outlives a change of name: the user or room id. By default the name. */
  @property({ attribute: "color-key" }) colorKey = "";

  /** An `mxc:` address. */
  @property() src?: string;

  /** A rounded square, as rooms have. */
  @property({ type: Boolean, reflect: true }) square = false;

  @query(".base") private base!: HTMLElement;

  #session = new SessionController(this);
  #image = new ImageController(this, () => ({ media: this.#session.value?.media, uri: this.src, size: PICTURE_SIZE }));

  protected override render(): TemplateResult {
    return html`
      <span class="base" part="base" aria-hidden="true">
        ${this.#image.url ? html`<img part="image" src=${this.#image.url} alt="" />` : initials(this.name)}
      </span>
    `;
  }

  /** Not by a style attribute, which a site's security policy may forbid. */
  protected override updated(): void {
    this.base.style.setProperty("--_hue", String(hueOf(this.colorKey || this.name)));
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The first letters of the first and the last word; of an id, the first letter of its local part. */
function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}\p{Extended_Pictographic}][^\s:]*/gu) ?? [];
  const chosen = /^[@#!+]/.test(name) ? words.slice(0, 1) : words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return chosen.map((word) => [...graphemes.segment(word)][0]!.segment.toLocaleUpperCase()).join("");
}

/** A hue in degrees; the steps are wide enough to tell neighbours apart. */
function hueOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + letter.codePointAt(0)!) >>> 0;
  return (hash % 24) * 15;
}

if (!customElements.get("melo-avatar")) customElements.define("melo-avatar", MeloAvatar);

declare global {
  interface HTMLElementTagNameMap {
    "melo-avatar": MeloAvatar;
  }
}
