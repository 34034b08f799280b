import { msg } from "@lit/localize";

import type { Calls, CallState } from "../media/calls-state.js";
import { CallToggle, type ToggleFace } from "./call-toggle.js";
import { HeadphoneOff, Headphones } from "./icons.js";

/**
 * Hears nobody, and is heard by nobody, until it is clicked again: then the microphone is what it was.
 *
 * @example <melo-deafen-toggle></melo-deafen-toggle>
 *
 * @csspart base - The button.
 * @csspart error - Why it did not work.
 * @cssproperty [--melo-color-text] - Background while nobody is heard.
 * @cssstate idle - This page is in no call.
 * @cssstate deafened - Nobody is heard.
 */
export class MeloDeafenToggle extends CallToggle {
  protected override readonly idle = Headphones;

  protected override states(call: CallState | undefined): Readonly<Record<string, boolean>> {
    return { deafened: call?.deafened ?? false };
  }

  protected override face(call: CallState): ToggleFace {
    const { deafened } = call;
    return { icon: deafened ? HeadphoneOff : Headphones, label: deafened ? msg("Hear again") : msg("Hear nobody"), isOff: deafened };
  }

  protected override toggle(calls: Calls, call: CallState): Promise<unknown> {
    return calls.setDeafened(!call.deafened);
  }
}

if (!customElements.get("melo-deafen-toggle")) customElements.define("melo-deafen-toggle", MeloDeafenToggle);

declare global {
  interface HTMLElementTagNameMap {
    "melo-deafen-toggle": MeloDeafenToggle;
  }
}
