import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { SessionController } from "../controllers/session-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { OwnDevice } from "../crypto/own-devices-state.js";
import { MeloError, type ErrorInfo } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import { MeloDevicesChangeEvent } from "./device-events.js";
import { signedOutWords } from "./device-words.js";
import { icon } from "./icon.js";
import { CircleAlert, Info, LogOut, WifiOff } from "./icons.js";
import styles from "./melo-device-list.styles.js";
import "./melo-device-row.js";
import type { MeloDeviceRow } from "./melo-device-row.js";
import "./melo-device-sign-out.js";
import type { MeloDeviceSignOut } from "./melo-device-sign-out.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/**
 * The devices of the signed-in account: what each is called, when it was last seen and whether it is verified. The visitor renames them, and signs out those that are not theirs any more.
 *
 * @example <melo-device-list></melo-device-list>
 *
 * @fires {MeloDevicesChangeEvent} melo-devices-change - The visitor renamed, signed out or acknowledged devices, and the server has taken it.
 * @csspart list - The list.
 * @csspart error - What went wrong.
 * @csspart selection - The bar that says how many are selected, with the button that signs them out.
 * @cssproperty [--melo-color-accent] - The boxes that select.
 * @cssproperty [--melo-color-care] - What is not verified, or new.
 * @cssstate loading - Nothing is there to show yet.
 * @cssstate failed - The list cannot be loaded.
 * @cssstate unverified - A device of the account is new and not verified.
 */
export class MeloDeviceList extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  @state() private selected: ReadonlySet<string> = new Set();
  @state() private busy = false;
  @state() private error?: ErrorInfo;
  /** What has just happened. */
  @state() private said = "";

  @query("melo-device-sign-out") private signOut!: MeloDeviceSignOut;
  @query("ul") private list?: HTMLElement;

  readonly #internals = this.attachInternals();
  #session = new SessionController(this);
  #account = new WatchController(
    this,
    () => this.#session.value,
    (session) => session,
  );
  #devices = new WatchController(
    this,
    () => this.#session.value?.devices,
    (devices) => devices,
  );

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#handleVisibility);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#handleVisibility);
  }

  protected override render(): TemplateResult {
    const devices = this.#devices.value;
    const account = this.#account.value;
    const failure = account?.status === "failed" ? account.error : devices?.status === "failed" ? devices.error : undefined;
    this.#show("failed", !!failure);
    this.#show("loading", !failure && devices?.status !== "ready");
    this.#show("unverified", devices?.devices.some(({ isNew }) => isNew) ?? false);
    if (this.#session.missing) return noSession("melo-device-list");
    if (account?.status === "signed-out" || account?.status === "locked") return this.#renderNotice({ code: "not-signed-in", message: "" });
    if (failure) return this.#renderNotice(failure, this.#handleRetry);
    if (!account || devices?.status !== "ready") return this.#renderLoading();
    const isOffline = account.status === "reconnecting" || !!devices.error;
    return html`
      ${isOffline ? this.#renderOffline() : nothing} ${this.error ? this.#renderNotice(this.error) : nothing}
      ${this.#renderSelection(devices.devices)}
      <ul part="list" aria-label=${msg("Your devices")}>
        ${repeat(
          devices.devices,
          ({ deviceId }) => deviceId,
          (device) => this.#renderRow(device),
        )}
      </ul>
      ${devices.devices.some(({ isCurrent }) => !isCurrent) ? nothing : html`<p class="quiet">${msg("Only this device is signed in to your account.")}</p>`}
      <p class="visually-hidden" role="status">${this.said}</p>
      <melo-device-sign-out .devices=${this.#session.value?.devices}></melo-device-sign-out>
    `;
  }

  #renderRow(device: OwnDevice): TemplateResult {
    const { deviceId } = device;
    return html`
      <li>
        <melo-device-row
          data-id=${deviceId}
          .device=${device}
          .selected=${this.selected.has(deviceId)}
          .busy=${this.busy}
          .rename=${this.#rename}
          @change=${this.#handleSelect}
          @melo-device-sign-out=${() => this.#signOutAll([device])}
          @melo-device-known=${() => this.#acknowledge(deviceId)}
        ></melo-device-row>
      </li>
    `;
  }

  /** All others at once, and what to do with those that are selected. */
  #renderSelection(devices: readonly OwnDevice[]): TemplateResult | typeof nothing {
    const others = devices.filter(({ isCurrent }) => !isCurrent);
    if (others.length < 2) return nothing;
    const chosen = others.filter(({ deviceId }) => this.selected.has(deviceId));
    const all = chosen.length === others.length;
    return html`
      <div class="selection" part="selection">
        <label>
          <input
            type="checkbox"
            .checked=${all}
            .indeterminate=${chosen.length > 0 && !all}
            ?disabled=${this.busy}
            @change=${() => (this.selected = new Set(all ? [] : others.map(({ deviceId }) => deviceId)))}
          />
          ${chosen.length > 0 ? msg(str`${chosen.length} selected`) : msg("Select all others")}
        </label>
        ${
          chosen.length > 0
            ? html`<button type="button" class="outlined" ?disabled=${this.busy} @click=${() => this.#signOutAll(chosen)}>
              ${icon(LogOut)} ${this.busy ? msg("Signing out…") : msg("Sign out selected")}
            </button>`
            : nothing
        }
      </div>
    `;
  }

  #renderLoading(): TemplateResult {
    return html`
      <div class="shapes" aria-hidden="true">${[0, 1, 2].map(() => html`<i class="face"></i><i class="line"></i><i class="line short"></i>`)}</div>
      <p class="late quiet" role="status">${msg("Loading your devices…")}</p>
    `;
  }

  #renderOffline(): TemplateResult {
    return html`<p class="notice" role="status">
      ${icon(WifiOff)}<span>${msg("The server cannot be reached. This list may be out of date.")}</span>
      <button type="button" class="link" @click=${this.#handleRetry}>${msg("Try again")}</button>
    </p>`;
  }

  #renderNotice(error: ErrorInfo, retry?: () => void): TemplateResult {
    const calm = error.code === "not-signed-in";
    const button = html`<button type="button" class="link" @click=${retry}>${msg("Try again")}</button>`;
    return html`<p class=${calm ? "notice" : "notice bad"} part="error" role=${calm ? "status" : "alert"}>
      ${icon(calm ? Info : CircleAlert)}<span>${errorWords(error).text}</span>${retry ? button : nothing}
    </p>`;
  }

  #show(name: string, shown: boolean): void {
    if (shown) this.#internals.states.add(name);
    else this.#internals.states.delete(name);
  }

  /** Rejects with what the row is to say. */
  #rename = async (device: OwnDevice, name: string): Promise<void> => {
    await this.#session.value?.devices.rename(device.deviceId, name);
    this.said = msg(str`The device is now called “${name}”.`);
    this.dispatchEvent(new MeloDevicesChangeEvent("renamed", [device.deviceId]));
  };

  async #signOutAll(leaving: readonly OwnDevice[]): Promise<void> {
    if (this.busy) return;
    this.error = undefined;
    const deviceIds = leaving.map(({ deviceId }) => deviceId);
    try {
      const done = await this.signOut.run(leaving, (busy) => {
        this.busy = busy;
        if (busy) this.said = msg("Signing out…");
      });
      if (!done) return;
      this.selected = new Set([...this.selected].filter((id) => !deviceIds.includes(id)));
      this.said = signedOutWords(leaving.length);
      this.dispatchEvent(new MeloDevicesChangeEvent("signed-out", deviceIds));
    } catch (error) {
      this.said = "";
      this.error = MeloError.from(error).toInfo();
    } finally {
      await this.updateComplete;
      if (!this.matches(":focus-within")) (this.#row(deviceIds[0]) ?? this.#row())?.focus(); // what had it is gone, or was disabled meanwhile
    }
  }

  async #acknowledge(deviceId: string): Promise<void> {
    try {
      await this.#session.value?.devices.acknowledge([deviceId]);
      this.#row(deviceId)?.focus();
      this.dispatchEvent(new MeloDevicesChangeEvent("acknowledged", [deviceId]));
    } catch (error) {
      this.error = MeloError.from(error).toInfo();
    }
  }

  /** The row of a device, or the first one. */
  #row(deviceId?: string): MeloDeviceRow | undefined {
    const rows = [...(this.list?.querySelectorAll("melo-device-row") ?? [])];
    return deviceId === undefined ? rows[0] : rows.find(({ dataset }) => dataset["id"] === deviceId);
  }

  #handleSelect = ({ currentTarget }: Event): void => {
    const { selected, device } = currentTarget as MeloDeviceRow;
    const others = [...this.selected].filter((id) => id !== device?.deviceId);
    this.selected = new Set(selected && device ? [...others, device.deviceId] : others);
  };

  #handleRetry = (): void => {
    const session = this.#session.value;
    const retried = session?.state.status === "ready" ? session.devices.refresh() : session?.retry();
    retried?.catch(() => {}); // the state says it
  };

  /** Who looks at the list again sees what it is now; not every change reaches a client. */
  #handleVisibility = (): void => {
    if (document.visibilityState === "visible") this.#session.value?.devices.refresh().catch(() => {});
  };
}

if (!customElements.get("melo-device-list")) customElements.define("melo-device-list", MeloDeviceList);

declare global {
  interface HTMLElementTagNameMap {
    "melo-device-list": MeloDeviceList;
  }
}
