import { html, type ReactiveController, type ReactiveControllerHost } from "lit";

import type { MessageItem } from "../matrix/timeline-item.js";
import type { SessionApi } from "../session/session-api.js";
import { applyColors, loadMessageSanitizer, messageSanitizer } from "./message-html.js";
import { isEmojiOnly, textPieces } from "./message-links.js";

/** Pictures of one message that are fetched; the others stay as their text. */
const MOST_PICTURES = 24;

/** Sanitised formatted bodies, each made once. `undefined`: not to be shown as HTML. */
const sanitized = new WeakMap<MessageItem, DocumentFragment | undefined>();

/**
 * What a message says: formatted and sanitised, or plain text with its addresses as links. Until the sanitiser is loaded, and where it cannot be, the plain text stands.
 *
 * ```ts
 * #content = new MessageContent(this, () => this.media);
 * render() { return html`<div @click=${this.#content.handleClick}>${this.#content.render(this.item)}</div>`; }
 * ```
 */
export class MessageContent implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #media: () => SessionApi["media"] | undefined;
  #shown?: { item: MessageItem; nodes: DocumentFragment };
  #pictures: string[] = [];
  #connected = false;

  constructor(host: ReactiveControllerHost, media: () => SessionApi["media"] | undefined) {
    this.#host = host;
    this.#media = media;
    host.addController(this);
  }

  hostConnected(): void {
    this.#connected = true;
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#shown = undefined;
    this.#release();
  }

  render(item: MessageItem): unknown {
    return (item.html && this.#formatted(item)) || plain(item.body);
  }

  /** Opens a spoiler. */
  handleClick = (event: Event): void => {
    const spoiler = (event.target as Element).closest<HTMLElement>("[data-mx-spoiler]");
    if (!spoiler || spoiler.hasAttribute("data-open")) return;
    event.preventDefault();
    spoiler.toggleAttribute("data-open", true);
    for (const name of ["role", "tabindex", "aria-label"]) spoiler.removeAttribute(name);
  };

  handleKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" || event.key === " ") this.handleClick(event);
  };

  #formatted(item: MessageItem): DocumentFragment | undefined {
    const sanitize = messageSanitizer();
    if (!sanitize) return void this.#load();
    if (this.#shown?.item === item) return this.#shown.nodes;
    if (!sanitized.has(item))
      sanitized.set(
        item,
        attempt(() => sanitize(item.html!)),
      );
    const nodes = sanitized.get(item)?.cloneNode(true) as DocumentFragment | undefined;
    if (!nodes) return undefined;
    this.#shown = { item, nodes };
    this.#release();
    this.#finish(nodes);
    return nodes;
  }

  async #load(): Promise<void> {
    const loaded = await loadMessageSanitizer().catch(() => undefined); // the plain text is a complete message
    if (loaded) this.#host.requestUpdate();
  }

  #finish(nodes: DocumentFragment): void {
    applyColors(nodes);
    for (const spoiler of nodes.querySelectorAll("[data-mx-spoiler]")) {
      spoiler.setAttribute("role", "button");
      spoiler.setAttribute("tabindex", "0");
      spoiler.setAttribute("aria-label", spoiler.getAttribute("data-mx-spoiler") || "Spoiler");
      const covered = document.createElement("span"); // hidden as a whole, from assistive technology too
      covered.append(...spoiler.childNodes);
      spoiler.append(covered);
    }
    for (const code of nodes.querySelectorAll("pre")) if (mayScroll(code.textContent)) code.tabIndex = 0;
    const pictures = [...nodes.querySelectorAll<HTMLImageElement>("img[data-mxc]")];
    for (const [index, picture] of pictures.entries()) {
      if (index < MOST_PICTURES) void this.#fetch(picture);
      else picture.replaceWith(picture.alt);
    }
  }

  async #fetch(picture: HTMLImageElement): Promise<void> {
    const uri = picture.dataset["mxc"]!;
    try {
      const blob = await this.#media()?.load(uri, { width: picture.width || 64, height: picture.height || 64 });
      if (!blob || !this.#connected || !this.#shown) return;
      const url = URL.createObjectURL(blob);
      this.#pictures.push(url);
      picture.src = url;
    } catch {
      picture.replaceWith(picture.alt); // a picture that cannot be had is its text
    }
  }

  #release(): void {
    for (const url of this.#pictures) URL.revokeObjectURL(url);
    this.#pictures = [];
  }
}

/** A sanitiser that cannot work (the page's policy refuses it) leaves the plain text, never the raw HTML. */
function attempt(sanitize: () => DocumentFragment | undefined): DocumentFragment | undefined {
  try {
    return sanitize();
  } catch {
    return undefined;
  }
}

function plain(body: string): unknown {
  const text = textPieces(body).map((piece) =>
    piece.href ? html`<a href=${piece.href} title=${piece.href} target="_blank" rel="noreferrer noopener">${piece.text}</a>` : piece.text,
  );
  return html`<span class=${isEmojiOnly(body) ? "plain large" : "plain"}>${text}</span>`;
}

/** Whether a block of code may be larger than its place; then the keyboard has to reach it. */
function mayScroll(code: string): boolean {
  const lines = code.split("\n");
  return lines.length > 12 || lines.some((line) => line.length > 30);
}
