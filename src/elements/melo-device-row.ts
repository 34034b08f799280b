import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";

import type { OwnDevice } from "../crypto/own-devices-state.js";
import { MeloError, type ErrorInfo } from "../internal/errors.js";
import controls from "./controls.styles.js";
import { deviceName, lastSeenWords, trustWords } from "./device-words.js";
import { icon } from "./icon.js";
import { Check, CircleAlert, LogOut, MonitorSmartphone, Pencil, ShieldAlert, ShieldCheck, X } from "./icons.js";
import styles from "./melo-device-row.styles.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * One device of the visitor. Part of `<melo-device-list>`.
 *
 * @example <melo-device-row></melo-device-row>
 *
 * @fires {Event} change - The visitor selected it, or took that back: `selected`.
 * @fires {Event} melo-device-sign-out - The visitor wants it signed out, and has not been asked yet.
 * @fires {Event} melo-device-known - The visitor says that a new device is theirs.
 * @csspart name - Its name.
 * @csspart error - Why it could not be renamed.
 * @cssproperty [--melo-color-care] - What is not verified, or new.
 */
export class MeloDeviceRow extends LitElement {
  static override styles = [tokens, controls, notice, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  @property({ attribute: false }) device?: OwnDevice;
  @property({ attribute: false }) selected = false;
  /** Something about the devices is under way. */
  @property({ attribute: false }) busy = false;
  /** Carries the new name to the server. */
  @property({ attribute: false }) rename?: (device: OwnDevice, name: string) => Promise<void>;

  @state() private editing = false;
  @state() private saving = false;
  @state() private error?: ErrorInfo;

  @query(".edit input") private field?: HTMLInputElement | null;
  @query(".rename") private renameButton?: HTMLElement | null;

  protected override render(): TemplateResult | typeof nothing {
    const { device } = this;
    if (!device) return nothing;
    const name = deviceName(device);
    return html`
      <div class="row">
        ${
          device.isCurrent
            ? html`<span class="picture">${icon(MonitorSmartphone)}</span>`
            : html`<label class="picture">
              <input
                type="checkbox"
                aria-label=${msg(str`Select “${name}”`)}
                .checked=${this.selected}
                ?disabled=${this.busy}
                @change=${this.#handleSelect}
              />
            </label>`
        }
        <div class="about">
          ${this.editing ? this.#renderEdit(device) : html`<strong part="name" dir="auto">${name}</strong>`}
          <p class="marks">
            ${device.isCurrent ? html`<span class="mark own">${msg("This device")}</span>` : nothing}
            <span class="mark ${device.trust}">${icon(device.trust === "verified" ? ShieldCheck : ShieldAlert)} ${trustWords(device.trust)}</span>
            ${device.isInactive ? html`<span class="mark">${msg("Not used for 90 days")}</span>` : nothing}
          </p>
          <p class="quiet">${lastSeenWords(device, Date.now())}</p>
          ${device.name ? html`<p class="quiet id">${device.deviceId}</p>` : nothing}
        </div>
        ${this.editing ? nothing : this.#renderButtons(device, name)}
      </div>
      ${device.isNew ? this.#renderNew(name) : nothing}
    `;
  }

  #renderButtons({ isCurrent }: OwnDevice, name: string): TemplateResult {
    return html`<div class="buttons">
      <button
        type="button"
        class="square rename"
        aria-label=${msg(str`Rename “${name}”`)}
        title=${msg("Rename")}
        ?disabled=${this.busy}
        @click=${this.#handleEdit}
      >
        ${icon(Pencil)}
      </button>
      ${
        isCurrent
          ? nothing
          : html`<button
            type="button"
            class="square"
            aria-label=${msg(str`Sign out “${name}”`)}
            title=${msg("Sign out")}
            ?disabled=${this.busy}
            @click=${this.#handleSignOut}
          >
            ${icon(LogOut)}
          </button>`
      }
    </div>`;
  }

  #renderEdit(device: OwnDevice): TemplateResult {
    return html`
      <form class="edit" @submit=${this.#handleSave} @keydown=${this.#handleKey}>
        <input
          aria-label=${msg("Name of the device")}
          aria-describedby="hint attempt"
          maxlength="100"
          autocomplete="off"
          .value=${device.name ?? ""}
          ?readonly=${this.saving}
        />
        <button class="square" aria-label=${msg("Save the name")} title=${msg("Save")} ?disabled=${this.saving}>${icon(Check)}</button>
        <button
          type="button"
          class="square"
          aria-label=${msg("Keep the old name")}
          title=${msg("Cancel")}
          ?disabled=${this.saving}
          @click=${this.#stopEditing}
        >
          ${icon(X)}
        </button>
      </form>
      <p id="hint" class="quiet">${msg("People you write to can see this name.")}</p>
      <div id="attempt" role="alert">
        ${this.error ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${errorWords(this.error).text}</span></p>` : nothing}
      </div>
    `;
  }

  #renderNew(name: string): TemplateResult {
    return html`<div class="notice care" role="group" aria-label=${msg(str`“${name}” is new`)}>
      ${icon(ShieldAlert)}<span>${msg("This device is new, and nobody has verified it. Was this you? If not, sign it out and change your password.")}</span>
      <button type="button" class="link" ?disabled=${this.busy} @click=${() => this.dispatchEvent(new Event("melo-device-known"))}>
        ${msg("This was me")}
      </button>
      <button type="button" class="link" ?disabled=${this.busy} @click=${this.#handleSignOut}>${msg("Sign it out")}</button>
    </div>`;
  }

  #handleSelect = (event: Event): void => {
    this.selected = (event.target as HTMLInputElement).checked;
    this.dispatchEvent(new Event("change")); // that of the box does not leave the shadow root
  };

  #handleSignOut = (): boolean => this.dispatchEvent(new Event("melo-device-sign-out"));

  #handleEdit = async (): Promise<void> => {
    this.error = undefined;
    this.editing = true;
    await this.updateComplete;
    this.field?.focus();
    this.field?.select();
  };

  #handleSave = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { device, field } = this;
    const name = field?.value.trim();
    if (!device || this.saving) return;
    if (!name || name === device.name) return this.#stopEditing();
    this.saving = true;
    this.error = undefined;
    try {
      await this.rename?.(device, name);
      await this.#stopEditing();
    } catch (error) {
      this.error = MeloError.from(error).toInfo();
    } finally {
      this.saving = false;
    }
  };

  #handleKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || this.saving) return;
    event.stopPropagation(); // it belongs to the field, not to a dialog around the list
    event.preventDefault();
    void this.#stopEditing();
  };

  #stopEditing = async (): Promise<void> => {
    this.editing = false;
    await this.updateComplete;
    this.renameButton?.focus();
  };
}

if (!customElements.get("melo-device-row")) customElements.define("melo-device-row", MeloDeviceRow);

declare global {
  interface HTMLElementTagNameMap {
    "melo-device-row": MeloDeviceRow;
  }
}
