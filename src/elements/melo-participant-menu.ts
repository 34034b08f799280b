import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { SessionController } from "../controllers/session-controller.js";
import type { SessionApi } from "../session/session-api.js";
import type { CallPerson } from "./call-people.js";
import { callErrorWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Info, UserX, Volume2, VolumeX } from "./icons.js";
import styles from "./melo-participant-menu.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * What can be done about somebody in a call: how loud they are for the visitor, muting them for the visitor alone, who they are, and removing them from the room. Part of
 * `<melo-voice-channel>` and of the call's tiles.
 *
 * @example <melo-participant-menu room="#kitchen:example.org"></melo-participant-menu>
 *
 * @fires {MeloParticipantRemoveEvent} melo-participant-remove - Cancelable: a moderator confirmed that somebody is to be removed.
 * @fires {MeloParticipantRemovedEvent} melo-participant-removed - Somebody was removed.
 * @csspart volume - The slider.
 * @csspart item - Each button.
 * @csspart error - What went wrong.
 * @cssproperty [--melo-color-accent] - The slider.
 */
export class MeloParticipantMenu extends LitElement {
  static override styles = [tokens, controls, notice, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room of the call. */
  @property() room = "";

  /** Whom it is about. */
  @property({ attribute: false }) person?: CallPerson;

  /** This account may remove others from the room. */
  @property({ type: Boolean, attribute: "can-remove" }) canRemove = false;

  readonly #session = new SessionController(this);
  readonly #action = new ActionController(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("person") && changed.get("person")?.userId !== this.person?.userId) this.#action.clear();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.#session.missing) return noSession("melo-participant-menu");
    const { person } = this;
    if (!person) return nothing;
    const isHeard = person.volume !== undefined && !person.isThisDevice;
    return html`
      ${isHeard ? this.#renderVolume(person) : nothing}
      <button type="button" part="item" @click=${() => this.#action.run(this.#handleWho)}>${icon(Info)}${msg("Who is this?")}</button>
      ${
        this.canRemove && !person.isOwn
          ? html`<button type="button" part="item" class="remove" ?disabled=${this.#action.busy} @click=${() => this.#action.run(this.#handleRemove)}>
              ${icon(UserX)}${msg("Remove from the room…")}
            </button>`
          : nothing
      }
      <div role="alert">${this.#renderError()}</div>
    `;
  }

  #renderVolume({ name, volume = 1, locallyMuted }: CallPerson): TemplateResult {
    const percent = Math.round(volume * 100);
    return html`
      <label class="volume"
        ><span>${msg("Volume")}</span> <output>${percent} %</output>
        <input
          part="volume"
          type="range"
          min="0"
          max="200"
          step="5"
          aria-label=${msg(str`Volume of ${name}`)}
          aria-valuetext="${percent} %"
          .value=${String(percent)}
          ?disabled=${locallyMuted}
          @input=${this.#handleVolume}
        />
      </label>
      <button type="button" part="item" @click=${this.#handleMute}>
        ${icon(locallyMuted ? Volume2 : VolumeX)}${locallyMuted ? msg("Unmute for me") : msg("Mute for me")}
      </button>
    `;
  }

  #renderError(): TemplateResult | typeof nothing {
    const { error } = this.#action;
    if (!error) return nothing;
    return html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${callErrorWords(error).text}</span></p>`;
  }

  #handleVolume = (event: Event): void => {
    const volume = Number((event.target as HTMLInputElement).value) / 100;
    const calls = this.#session.value?.calls;
    if (this.person) void calls?.setVolume(this.person.userId, volume).catch(() => {}); // shown as it was: the slider follows the state
  };

  #handleMute = (): void => {
    const { person } = this;
    const calls = this.#session.value?.calls;
    if (person && calls) void this.#action.run(() => calls.setLocallyMuted(person.userId, !person.locallyMuted));
  };

  #handleWho = async (): Promise<void> => {
    const { userId } = this.person!;
    const { openUser } = await import("./user-dialog.js");
    await openUser(this, this.session ?? this.#session.value, userId);
  };

  #handleRemove = async (): Promise<void> => {
    const { person, room } = this;
    const session = this.#session.value;
    const { removeFromRoom } = await import("./remove-dialog.js");
    if (person && session) await removeFromRoom(this, session, room, person);
  };
}

if (!customElements.get("melo-participant-menu")) customElements.define("melo-participant-menu", MeloParticipantMenu);

declare global {
  interface HTMLElementTagNameMap {
    "melo-participant-menu": MeloParticipantMenu;
  }
}
