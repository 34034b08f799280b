import { html, type TemplateResult } from "lit";
import type { IconNode } from "lucide";

import { icon } from "./icon.js";

/** A round button for something that is on or off: drawn as something to notice while it is off. */
export interface SwitchButton {
  readonly isOn: boolean;
  /** What a click does while it is on, and while it is off. */
  readonly labels: readonly [turnOff: string, turnOn: string];
  readonly icons: readonly [on: IconNode, off: IconNode];
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** See {@link SwitchButton}. Style `.off`. */
export function switchButton({ isOn, labels, icons, disabled = false, onClick }: SwitchButton): TemplateResult {
  const label = isOn ? labels[0] : labels[1];
  return html`<button type="button" class=${isOn ? "" : "off"} title=${label} aria-label=${label} ?disabled=${disabled} @click=${onClick}>
    ${icon(isOn ? icons[0] : icons[1])}
  </button>`;
}
