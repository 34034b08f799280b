import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Lock, LockOpen, ShieldAlert } from "./icons.js";
import styles from "./melo-encryption-badge.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Says whether a room is encrypted: a small quiet lock when all is well, words when it is not.
 *
 * @example <melo-encryption-badge room="#garden:example.org"></melo-encryption-badge>
 *
 * @csspart base - The badge.
 * @csspart tip - The sentence that the lock shows on hover and focus.
 * @cssproperty [--melo-color-text-quiet] - Colour of the lock.
 * @cssproperty [--melo-color-care] - Colour of the icon when it is not encrypted, or somebody tried to change that.
 * @cssstate encrypted - The room is encrypted.
 */
export class MeloEncryptionBadge extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  @query("button") private lock?: HTMLElement;
  @query(".tip") private tip?: HTMLElement;

  readonly #internals = this.attachInternals();
  #room = new RoomController(this, () => this.room);
  #encryption = new WatchController(
    this,
    () => this.#room.value?.room,
    (room) => (room.encryptionTampered && room.encryption === "encrypted" ? "tampered" : room.encryption),
  );

  #allVerified = new WatchController(
    this,
    () => (this.#encryption.value === "encrypted" ? this.#room.value?.identities : undefined),
    (identities) => identities.allVerified,
  );

  protected override willUpdate(): void {
    const encrypted = this.#encryption.value === "encrypted" || this.#encryption.value === "tampered";
    this.#internals.states[encrypted ? "add" : "delete"]("encrypted");
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#room.missing) return noSession("melo-encryption-badge");
    switch (this.#encryption.value) {
      case "encrypted":
        return this.#renderLock();
      case "tampered":
        return html`<span class="base care" part="base">${icon(ShieldAlert)}<span>${msg("Someone tried to switch off encryption")}</span></span>`;
      case "unencrypted":
        return html`<span class="base care" part="base">${icon(LockOpen)}<span>${msg("Not encrypted")}</span></span>`;
      default:
        return nothing;
    }
  }

  #renderLock(): TemplateResult {
    const encrypted = msg("Messages here are end-to-end encrypted: only the people in this room can read them.");
    const sentence = this.#allVerified.value ? `${encrypted} ${msg("You have verified everyone.")}` : encrypted;
    return html`
      <span class="base" part="base">
        <button
          type="button"
          aria-label=${sentence}
          @pointerenter=${this.#show}
          @pointerleave=${this.#hide}
          @focus=${this.#show}
          @blur=${this.#hide}
          @click=${this.#show}
          @keydown=${this.#handleKeydown}
        >
          ${icon(Lock)}
        </button>
        <span class="tip" part="tip" popover="manual" aria-hidden="true">${sentence}</span>
      </span>
    `;
  }

  /** Below the lock, inside the window: in the top layer, since a header that cuts off what overflows would cut the sentence. */
  #show = (): void => {
    const { lock, tip } = this;
    if (!lock || !tip || tip.matches(":popover-open")) return;
    tip.showPopover();
    const [at, size] = [lock.getBoundingClientRect(), tip.getBoundingClientRect()];
    const left = Math.min(Math.max(8, at.left), document.documentElement.clientWidth - size.width - 8);
    const below = at.bottom + 4 + size.height <= window.innerHeight;
    tip.style.setProperty("left", `${left}px`);
    tip.style.setProperty("top", `${below ? at.bottom + 4 : at.top - size.height - 4}px`);
  };

  #hide = (): void => {
    if (this.tip?.matches(":popover-open")) this.tip.hidePopover();
  };

  #handleKeydown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.tip?.matches(":popover-open")) return;
    event.stopPropagation();
    this.#hide();
  };
}

if (!customElements.get("melo-encryption-badge")) customElements.define("melo-encryption-badge", MeloEncryptionBadge);

declare global {
  interface HTMLElementTagNameMap {
    "melo-encryption-badge": MeloEncryptionBadge;
  }
}
