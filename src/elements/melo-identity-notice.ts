import { msg } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { RoomController } from "../controllers/room-controller.js";
import { tellsOf } from "../controllers/told-people.js";
import { WatchController } from "../controllers/watch-controller.js";
import { MeloError } from "../internal/errors.js";
import type { ChangedIdentity, RoomIdentities } from "../matrix/room-identities-state.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { ShieldAlert } from "./icons.js";
import { changedSentence, lostSentence } from "./identity-words.js";
import styles from "./melo-identity-notice.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";
import { openUser } from "./user-dialog.js";

/**
 * Says that somebody in a room is not who they were for the encryption, one person at a time, and lets the visitor decide. Empty while there is nothing to decide.
 *
 * @example <melo-identity-notice room="#garden:example.org"></melo-identity-notice>
 *
 * @fires {MeloUserOpenEvent} melo-user-open - Cancelable: the visitor wants to verify somebody again.
 * @csspart notice - The sentence with its buttons.
 * @cssproperty [--melo-color-care] - Colour of the icon.
 * @cssstate changed - Somebody's identity waits for a decision.
 */
export class MeloIdentityNotice extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  @state() private busy = false;
  @state() private problem = "";

  #toldTo?: SessionApi;

  readonly #internals = this.attachInternals();
  readonly #room = new RoomController(this, () => this.room);
  readonly #first = new WatchController(
    this,
    () => this.#room.value?.identities,
    ({ changed }) => changed[0],
  );

  protected override willUpdate(): void {
    this.#internals.states[this.#first.value ? "add" : "delete"]("changed");
  }

  protected override updated(): void {
    this.#tell(this.isConnected ? this.#room.session : undefined);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate(); // it may come back to another place
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#tell(undefined);
  }

  protected override render(): unknown {
    if (this.#room.missing) return noSession("melo-identity-notice");
    const person = this.#first.value;
    return html`<div role="status">${person ? this.#renderPerson(person) : nothing}</div>`;
  }

  #renderPerson({ userId, name, wasVerified }: ChangedIdentity): TemplateResult {
    const text = this.problem || (wasVerified ? lostSentence(name) : changedSentence(name));
    return html`<div class="notice care" part="notice">
      ${icon(ShieldAlert)}<span dir="auto">${text}</span>
      <div class="actions">
        <button class="link" @click=${() => openUser(this, this.#room.session, userId)}>${wasVerified ? msg("Verify again") : msg("Verify")}</button>
        ${
          wasVerified
            ? html`<button class="link" ?disabled=${this.busy} @click=${() => this.#decide((all) => all.withdraw(userId))}>${msg("Send anyway")}</button>`
            : html`<button class="link" ?disabled=${this.busy} @click=${() => this.#decide((all) => all.approve(userId))}>${msg("OK")}</button>`
        }
      </div>
    </div>`;
  }

  /** Nothing else on the page asks about the same person. */
  #tell(session: SessionApi | undefined): void {
    if (this.#toldTo !== session) tellsOf(this.#toldTo, this, undefined);
    this.#toldTo = session;
    tellsOf(session, this, this.#first.value?.userId);
  }

  async #decide(decision: (identities: RoomIdentities) => Promise<void>): Promise<void> {
    const identities = this.#room.value?.identities;
    if (!identities || this.busy) return;
    [this.busy, this.problem] = [true, ""];
    try {
      await decision(identities);
    } catch (error) {
      this.problem = errorWords(MeloError.from(error).toInfo()).text;
    }
    this.busy = false;
  }
}

if (!customElements.get("melo-identity-notice")) customElements.define("melo-identity-notice", MeloIdentityNotice);

declare global {
  interface HTMLElementTagNameMap {
    "melo-identity-notice": MeloIdentityNotice;
  }
}
