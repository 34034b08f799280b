import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import type { InCall } from "../controllers/participant-controller.js";
import type { SessionApi } from "../session/session-api.js";
import { fromParticipant } from "./call-people.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { Ellipsis, Maximize, PictureInPicture, Pin, PinOff } from "./icons.js";
import "./melo-participant-menu.js";
import styles from "./melo-tile-menu.styles.js";
import { placeOnOpen } from "./popover.js";
import popover from "./popover.styles.js";
import stage from "./stage.styles.js";
import tokens from "./tokens.styles.js";

/** What the menu does to its tile. */
export interface TileActions {
  readonly pin: () => void;
  readonly fullscreen: () => void;
  readonly picture?: () => void;
}

/**
 * What a visitor can do with somebody in the call, for themselves: how loud they are, show them large, in a small window, on the whole screen; and remove them, where the room allows it. A part of
 * `<melo-call-tile>`.
 *
 * @csspart menu - The list that opens.
 */
export class MeloTileMenu extends LitElement {
  static override styles = [tokens, stage, controls, popover, styles];

  @property({ attribute: false }) session?: SessionApi;
  @property({ attribute: false }) inCall?: InCall;
  @property({ attribute: false }) actions?: TileActions;
  /** The tile shows a screen. */
  @property({ type: Boolean }) screen = false;
  /** The tile is the large one. */
  @property({ type: Boolean }) pinned = false;
  @property({ attribute: false }) tabStop?: boolean;

  @state() private isOpen = false;
  @query(".button") private button!: HTMLElement;
  @query(".menu") private menu!: HTMLElement;

  protected override render(): unknown {
    const { participant } = this.inCall ?? {};
    if (!participant) return nothing;
    const { name, isLocal } = participant;
    const label = msg(str`More about ${name}`);
    return html`
      <button
        type="button"
        class="button"
        popovertarget="menu"
        title=${label}
        aria-label=${label}
        aria-haspopup="dialog"
        aria-expanded=${this.isOpen ? "true" : "false"}
        tabindex=${this.tabStop === false ? -1 : 0}
      >
        ${icon(Ellipsis)}
      </button>
      <div id="menu" class="popover menu" part="menu" popover role="dialog" aria-label=${label} @beforetoggle=${this.#handleBeforeToggle} @keydown=${this.#keep}>
        ${
          this.isOpen
            ? [html`<p class="name"><bdi>${name}</bdi></p>`, this.#renderView(), isLocal ? nothing : this.#renderPerson(this.inCall!)]
            : nothing
        }
      </div>
    `;
  }

  #renderPerson({ participant, canRemove, room }: InCall): TemplateResult {
    const { session } = this;
    return html`<melo-participant-menu
      .session=${session}
      .room=${room}
      .person=${fromParticipant(participant, session?.state.account?.userId)}
      ?can-remove=${canRemove}
    ></melo-participant-menu>`;
  }

  #renderView(): unknown {
    const act = (action: () => void) => (): void => {
      this.menu.hidePopover();
      action();
    };
    const { pin, fullscreen, picture } = this.actions ?? {};
    return [
      pin &&
        html`<button type="button" @click=${act(pin)}>${icon(this.pinned ? PinOff : Pin)}${this.pinned ? msg("Put back") : msg("Show large")}</button>`,
      picture && html`<button type="button" @click=${act(picture)}>${icon(PictureInPicture)}${msg("Small window")}</button>`,
      fullscreen && document.fullscreenEnabled
        ? html`<button type="button" @click=${act(fullscreen)}>${icon(Maximize)}${msg("Full screen")}</button>`
        : nothing,
    ];
  }

  #handleBeforeToggle = (event: ToggleEvent): void => {
    this.isOpen = event.newState === "open";
    placeOnOpen(event, this.button);
  };

  /** Arrow keys in the menu are its own: they do not lead to other tiles. */
  #keep = (event: Event): void => event.stopPropagation();
}

if (!customElements.get("melo-tile-menu")) customElements.define("melo-tile-menu", MeloTileMenu);

declare global {
  interface HTMLElementTagNameMap {
    "melo-tile-menu": MeloTileMenu;
  }
}
