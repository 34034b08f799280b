import { msg } from "@lit/localize";
import { LitElement, html, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";

import { CallsController } from "../controllers/calls-controller.js";
import { LevelController } from "../controllers/level-controller.js";
import type { SessionApi } from "../session/session-api.js";
import controls from "./controls.styles.js";
import styles from "./melo-level-meter.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Shows how loud the own microphone is, or somebody in the call: a bar that follows the voice.
 *
 * @example <melo-level-meter></melo-level-meter>
 *
 * @csspart base - The bar.
 * @cssproperty [--melo-color-good] - Colour of the level.
 */
export class MeloLevelMeter extends LitElement {
  static override styles = [tokens, controls, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Whose level: the id of a participant. By default that of the own microphone, in the call or in the preview. */
  @property() participant = "";

  @query(".bar") private bar?: HTMLElement | null;

  readonly #calls = new CallsController(this, ({ call, preview }) =>
    call?.status === "connected" ? call.participants.find(({ isLocal }) => isLocal)?.id : preview && "preview",
  );

  constructor() {
    super();
    const participant = () => this.participant || this.#calls.value;
    new LevelController(this, () => this.#calls.calls, participant, this.#show);
  }

  protected override render(): TemplateResult {
    if (this.#calls.missing) return noSession("melo-level-meter");
    return html`<div
      class="bar"
      part="base"
      role="meter"
      aria-label=${msg("Level of the microphone")}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow="0"
    ></div>`;
  }

  #show = (level: number): void => {
    const percent = Math.round(Math.min(1, Math.max(0, level)) * 100);
    this.bar?.style.setProperty("--_level", `${percent}%`);
    this.bar?.setAttribute("aria-valuenow", String(percent));
  };
}

if (!customElements.get("melo-level-meter")) customElements.define("melo-level-meter", MeloLevelMeter);

declare global {
  interface HTMLElementTagNameMap {
    "melo-level-meter": MeloLevelMeter;
  }
}
