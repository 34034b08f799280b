import { msg } from "@lit/localize";

import type { Calls, CallState } from "../media/calls-state.js";
import { CallToggle, type ToggleFace } from "./call-toggle.js";
import { listenOnlyWords } from "./call-words.js";
import { Video, VideoOff } from "./icons.js";

/**
 * Switches the own camera on and off in the call of this page.
 *
 * @example <melo-camera-toggle></melo-camera-toggle>
 *
 * @csspart base - The button.
 * @csspart error - Why it did not work.
 * @cssproperty [--melo-color-text] - Colour of the icon.
 * @cssstate idle - This page is in no call.
 * @cssstate on - The camera is on.
 * @cssstate denied - The browser does not allow the camera.
 */
export class MeloCameraToggle extends CallToggle {
  protected override readonly idle = VideoOff;

  protected override states(call: CallState | undefined): Readonly<Record<string, boolean>> {
    return { on: call?.camera.status === "on", denied: call?.camera.status === "denied" };
  }

  protected override face(call: CallState): ToggleFace {
    const isOn = call.camera.status === "on";
    const why = call.canSpeak ? undefined : listenOnlyWords();
    return { icon: isOn ? Video : VideoOff, label: isOn ? msg("Camera off") : msg("Camera on"), why };
  }

  protected override toggle(calls: Calls, call: CallState): Promise<unknown> {
    return calls.setCamera(call.camera.status !== "on");
  }
}

if (!customElements.get("melo-camera-toggle")) customElements.define("melo-camera-toggle", MeloCameraToggle);

declare global {
  interface HTMLElementTagNameMap {
    "melo-camera-toggle": MeloCameraToggle;
  }
}
