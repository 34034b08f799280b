import { msg, str } from "@lit/localize";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";

import { ActionController } from "../controllers/action-controller.js";
import { CallsController } from "../controllers/calls-controller.js";
import type { CallSettings, CallsState, DeviceKind, LocalSource, MediaDevice } from "../media/calls-state.js";
import type { SessionApi } from "../session/session-api.js";
import { callErrorWords, kindWords } from "./call-words.js";
import controls from "./controls.styles.js";
import { icon } from "./icon.js";
import { CircleAlert, Lock } from "./icons.js";
import styles from "./melo-device-picker.styles.js";
import "./melo-level-meter.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { tellOwner } from "./owner-notice.js";
import tokens from "./tokens.styles.js";

/**
 * Chooses the microphone, the camera or the speaker of this browser's calls, before or during one. The choice is remembered here. For the microphone with a level and switches for what
 * is done to the sound, for the speaker with a test sound. What is plugged in appears by itself.
 *
 * @example <melo-device-picker kind="microphone"></melo-device-picker>
 *
 * @csspart select - The list of devices.
 * @csspart switch - Each switch.
 * @csspart error - Why there is nothing to choose.
 * @cssproperty [--melo-color-accent] - The switches.
 */
export class MeloDevicePicker extends LitElement {
  static override styles = [tokens, controls, notice, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** What to choose. */
  @property() kind: DeviceKind = "microphone";

  /** Only the list of devices. */
  @property({ type: Boolean, attribute: "without-settings" }) withoutSettings = false;

  /** The microphone is open for a test, and closed with this element. */
  @state() private isTesting = false;

  readonly #calls = new CallsController(this, (calls) => calls);
  readonly #action = new ActionController(this);
  #looked?: unknown;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.isTesting) void this.#calls.calls?.closePreview().catch(() => {});
    this.isTesting = false;
    this.#looked = undefined;
  }

  /** Looks once which devices there are, without asking for anything. */
  protected override updated(_changed: PropertyValues<this>): void {
    const { calls } = this.#calls;
    if (!calls || this.#looked === calls || !isSupported()) return;
    this.#looked = calls;
    void this.updateComplete.then(() => this.#action.run(() => calls.refreshDevices()));
  }

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession("melo-device-picker");
    if (!isSupported()) {
      const sentence = msg("The browser gives microphones and cameras only to pages served over https.");
      tellOwner(`<melo-device-picker> ${sentence}`);
      return html`<p class="notice bad" part="error" role="alert">${icon(CircleAlert)}<span>${sentence}</span></p>`;
    }
    const state = this.#calls.value;
    if (!state) return html`<p class="notice" role="status">${icon(Lock)}<span>${msg("Not ready yet.")}</span></p>`;
    const { devices, chosen } = choices(state.devices, this.kind);
    const cannotChoose = this.kind === "speaker" && devices.length === 0;
    const isUnknown = this.kind !== "speaker" && devices.every(({ label }) => !label);
    return html`
      <label for="device">${kindWords(this.kind)}</label>
      ${cannotChoose ? html`<p class="quiet">${msg("Sound comes from the speaker that your system has chosen.")}</p>` : this.#renderSelect(devices, chosen)}
      ${isUnknown ? this.#renderAsk() : nothing}
      <div role="alert">${this.#renderError()}</div>
      ${this.withoutSettings || (isUnknown && this.kind !== "speaker") ? nothing : this.#renderSettings(state)}
    `;
  }

  #renderSelect(devices: readonly MediaDevice[], chosen: string): TemplateResult {
    return html`<select id="device" part="select" .value=${chosen} @change=${this.#handleSelect}>
      ${devices.some(({ id }) => id === "default") ? nothing : html`<option value="default" ?selected=${chosen === "default"}>${msg("Default")}</option>`}
      ${devices.map(
        ({ id, label }, index) =>
          html`<option value=${id} ?selected=${id === chosen}>${label || `${kindWords(this.kind)} ${index + 1}`}</option>`,
      )}
      ${
        chosen === "default" || devices.some(({ id }) => id === chosen)
          ? nothing
          : html`<option value=${chosen} selected>${msg("Not connected now")}</option>`
      }
    </select>`;
  }

  #renderAsk(): TemplateResult {
    const what = kindWords(this.kind);
    return html`<p class="quiet">${msg("The browser tells which ones there are after you allow it.")}</p>
      <button type="button" class="outlined" ?disabled=${this.#action.busy} @click=${this.#handleAsk}>${msg(str`Allow: ${what}`)}</button>`;
  }

  #renderError(): TemplateResult | typeof nothing {
    const { error } = this.#action;
    if (!error) return nothing;
    const { text, how = "" } = callErrorWords(error);
    return html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${text} ${how}</span></p>`;
  }

  #renderSettings({ settings, call, preview }: CallsState): TemplateResult | typeof nothing {
    if (this.kind === "speaker") {
      return html`<button type="button" class="outlined" ?disabled=${this.#action.busy} @click=${this.#handleSound}>${msg("Play a test sound")}</button>
        ${this.#renderSwitch(settings, "sounds", msg("Sounds when people come and go"))}`;
    }
    if (this.kind === "camera") return this.#renderSwitch(settings, "mirror", msg("Mirror my picture for me"));
    const isHeard = call?.status === "connected" || preview !== undefined;
    return html`
      ${isHeard ? html`<melo-level-meter .session=${this.#calls.session}></melo-level-meter>` : nothing}
      ${
        isHeard && !this.isTesting
          ? nothing
          : html`<button type="button" class="outlined" ?disabled=${this.#action.busy} @click=${this.#handleTest}>
              ${this.isTesting ? msg("Stop the test") : msg("Test the microphone")}
            </button>`
      }
      ${this.#renderSwitch(settings, "noiseSuppression", msg("Less noise"))}
      ${this.#renderSwitch(settings, "noiseFilter", msg("Let only voices through"))}
      <div role="status">${this.#renderFilter(call?.microphone ?? preview?.microphone)}</div>
      ${this.#renderSwitch(settings, "echoCancellation", msg("Remove echo"))}
      ${this.#renderSwitch(settings, "autoGainControl", msg("Adjust the volume by itself"))}
      ${this.#renderSwitch(settings, "pushToTalk", msg("Push to talk"))}
      ${settings.pushToTalk ? nothing : this.#renderThreshold(settings)}
    `;
  }

  #renderSwitch(settings: CallSettings, name: BooleanSetting, label: string): TemplateResult {
    return html`<label class="switch" part="switch"
      ><span>${label}</span
      ><input
        type="checkbox"
        role="switch"
        .checked=${settings[name]}
        @change=${(event: Event) => this.#configure({ [name]: (event.target as HTMLInputElement).checked })}
    /></label>`;
  }

  #renderFilter(source: LocalSource | undefined): TemplateResult | typeof nothing {
    switch (source?.noiseFilter) {
      case "starting":
        return html`<p class="quiet">${msg("The filter is loading…")}</p>`;
      case "failed":
        return html`<p class="quiet">${msg("The filter could not start. You are heard without it; switch it off and on to try again.")}</p>`;
      default:
        return nothing;
    }
  }

  #renderThreshold({ voiceActivity }: CallSettings): TemplateResult {
    const percent = Math.round(voiceActivity * 100);
    const words = percent === 0 ? msg("everything is sent") : msg(str`from ${percent} %`);
    return html`<label class="threshold"
      ><span>${msg("Send sound only above a level")}</span> <output>${words}</output>
      <input
        type="range"
        min="0"
        max="100"
        step="1"
        aria-valuetext=${words}
        .value=${String(percent)}
        @change=${(event: Event) => this.#configure({ voiceActivity: Number((event.target as HTMLInputElement).value) / 100 })}
    /></label>`;
  }

  #configure(change: Partial<CallSettings>): void {
    void this.#action.run(async () => this.#calls.calls?.configure(change));
  }

  #handleSelect = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    void this.#action.run(async () => this.#calls.calls?.selectDevice(this.kind, value));
  };

  #handleAsk = (): void => void this.#action.run(async () => this.#calls.calls?.refreshDevices(true));

  #handleSound = (): void => void this.#action.run(async () => this.#calls.calls?.testSpeaker());

  #handleTest = async (): Promise<void> => {
    const { calls } = this.#calls;
    const { isTesting } = this;
    const done = await this.#action.run(async () =>
      isTesting ? calls?.closePreview() : calls?.openPreview({ microphone: true, camera: false }),
    );
    if (done) this.isTesting = !isTesting;
  };
}

type BooleanSetting = { [Name in keyof CallSettings]: CallSettings[Name] extends boolean ? Name : never }[keyof CallSettings];

function choices(state: CallsState["devices"], kind: DeviceKind): { devices: readonly MediaDevice[]; chosen: string } {
  if (kind === "microphone") return { devices: state.microphones, chosen: state.microphone };
  if (kind === "camera") return { devices: state.cameras, chosen: state.camera };
  return { devices: state.speakers, chosen: state.speaker };
}

/** Not where the page is not served securely. */
function isSupported(): boolean {
  return navigator.mediaDevices !== undefined;
}

if (!customElements.get("melo-device-picker")) customElements.define("melo-device-picker", MeloDevicePicker);

declare global {
  interface HTMLElementTagNameMap {
    "melo-device-picker": MeloDevicePicker;
  }
}
