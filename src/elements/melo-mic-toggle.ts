import { msg } from "@lit/localize";

import type { Calls, CallState } from "../media/calls-state.js";
import { CallToggle, type ToggleFace } from "./call-toggle.js";
import { listenOnlyWords } from "./call-words.js";
import { Mic, MicOff } from "./icons.js";

/**
 * Mutes and unmutes the own microphone in the call of this page.
 *
 * @example <melo-mic-toggle></melo-mic-toggle>
 *
 * @csspart base - The button.
 * @csspart error - Why it did not work.
 * @cssproperty [--melo-color-text] - Background while muted.
 * @cssstate idle - This page is in no call.
 * @cssstate muted - The microphone is off.
 * @cssstate denied - The browser does not allow the microphone.
 * @cssstate speaking - The own voice is heard.
 */
export class MeloMicToggle extends CallToggle {
  protected override readonly idle = MicOff;

  protected override states(call: CallState | undefined): Readonly<Record<string, boolean>> {
    return {
      muted: call !== undefined && call.microphone.status !== "on",
      denied: call?.microphone.status === "denied",
      speaking: call?.participants.some(({ isLocal, speaking }) => isLocal && speaking) ?? false,
    };
  }

  protected override face(call: CallState): ToggleFace {
    const isOn = call.microphone.status === "on";
    const why = call.canSpeak ? undefined : listenOnlyWords();
    return { icon: isOn ? Mic : MicOff, label: isOn ? msg("Mute") : msg("Unmute"), isOff: !isOn, why };
  }

  protected override toggle(calls: Calls, call: CallState): Promise<unknown> {
    return calls.setMicrophone(call.microphone.status !== "on");
  }
}

if (!customElements.get("melo-mic-toggle")) customElements.define("melo-mic-toggle", MeloMicToggle);

declare global {
  interface HTMLElementTagNameMap {
    "melo-mic-toggle": MeloMicToggle;
  }
}
