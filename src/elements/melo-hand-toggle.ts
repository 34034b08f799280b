import { msg } from "@lit/localize";

import type { Calls, CallState } from "../media/calls-state.js";
import { CallToggle, type ToggleFace } from "./call-toggle.js";
import { Hand } from "./icons.js";

/**
 * Raises the own hand in the call of this page, for all to see, and takes it down.
 *
 * @example <melo-hand-toggle></melo-hand-toggle>
 *
 * @csspart base - The button.
 * @csspart error - Why it did not work.
 * @cssproperty [--melo-color-accent] - Background while the hand is up.
 * @cssstate idle - This page is in no call.
 * @cssstate raised - The hand is up.
 */
export class MeloHandToggle extends CallToggle {
  protected override readonly idle = Hand;

  protected override states(call: CallState | undefined): Readonly<Record<string, boolean>> {
    return { raised: isRaised(call) };
  }

  protected override face(call: CallState): ToggleFace {
    const isUp = isRaised(call);
    return { icon: Hand, label: isUp ? msg("Lower your hand") : msg("Raise your hand"), isOn: isUp };
  }

  protected override toggle(calls: Calls, call: CallState): Promise<unknown> {
    return calls.raiseHand(!isRaised(call));
  }
}

function isRaised(call: CallState | undefined): boolean {
  return call?.participants.some(({ isLocal, handRaisedAt }) => isLocal && handRaisedAt !== undefined) ?? false;
}

if (!customElements.get("melo-hand-toggle")) customElements.define("melo-hand-toggle", MeloHandToggle);

declare global {
  interface HTMLElementTagNameMap {
    "melo-hand-toggle": MeloHandToggle;
  }
}
