import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import type { SessionApi } from "../session/session-api.js";
import type { CallPerson } from "./call-people.js";
import controls from "./controls.styles.js";
import "./melo-participant-menu.js";
import notice from "./notice.styles.js";
import { personRow } from "./person-row.js";
import row from "./person-row.styles.js";
import { placeOnOpen } from "./popover.js";
import popover from "./popover.styles.js";
import tokens from "./tokens.styles.js";

/**
 * The people in a call as rows: picture, name, muted, camera, screen, hand, and a ring around who speaks. Each row opens a menu. Part of `<melo-voice-channel>`.
 *
 * @example <melo-participant-list room="#kitchen:example.org"></melo-participant-list>
 *
 * @csspart list - The rows.
 * @csspart item - Each row.
 * @csspart name - The name of a person.
 * @cssproperty [--melo-color-good] - The ring around who speaks.
 */
export class MeloParticipantList extends LitElement {
  static override styles = [tokens, controls, notice, row, popover];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room of the call. */
  @property() room = "";

  /** What the list is called for a screen reader. */
  @property() label = "";

  @property({ attribute: false }) people: readonly CallPerson[] = [];

  /** This account may remove others from the room. */
  @property({ type: Boolean, attribute: "can-remove" }) canRemove = false;

  /** Whom the menu is about. */
  @state() private chosen?: string;

  #anchor?: Element;

  protected override render(): TemplateResult | typeof nothing {
    if (this.people.length === 0) return nothing;
    const chosen = this.people.find(({ id }) => id === this.chosen);
    return html`
      <ul class="people" part="list" aria-label=${this.label || msg("Who is inside")}>
        ${repeat(
          this.people,
          ({ id }) => id,
          (person) => html`<li>
            <button
              type="button"
              class="person"
              part="item"
              popovertarget="menu"
              aria-haspopup="dialog"
              @click=${(event: Event) => this.#choose(person, event)}
            >
              ${personRow(person, this.session)}
            </button>
          </li>`,
        )}
      </ul>
      <div
        class="popover"
        id="menu"
        popover
        role="dialog"
        aria-label=${chosen ? msg(str`About ${chosen.name}`) : nothing}
        @beforetoggle=${this.#handleToggle}
      >
        ${
          chosen
            ? html`<melo-participant-menu
                .session=${this.session}
                .room=${this.room}
                .person=${chosen}
                .canRemove=${this.canRemove}
              ></melo-participant-menu>`
            : nothing
        }
      </div>
    `;
  }

  /** Before the browser opens the menu. */
  #choose({ id }: CallPerson, { currentTarget }: Event): void {
    this.chosen = id;
    this.#anchor = currentTarget as Element;
  }

  #handleToggle = (event: ToggleEvent): void => placeOnOpen(event, this.#anchor);
}

if (!customElements.get("melo-participant-list")) customElements.define("melo-participant-list", MeloParticipantList);

declare global {
  interface HTMLElementTagNameMap {
    "melo-participant-list": MeloParticipantList;
  }
}
