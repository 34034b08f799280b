import { msg } from "@lit/localize";
import { property } from "lit/decorators.js";

import type { Calls, CallState } from "../media/calls-state.js";
import { CallToggle, type ToggleFace } from "./call-toggle.js";
import { listenOnlyWords } from "./call-words.js";
import { ScreenShare, ScreenShareOff } from "./icons.js";

/**
 * Shows the own screen, a window or a tab to all in the call of this page, and ends that.
 *
 * @example <melo-screen-share-toggle></melo-screen-share-toggle>
 *
 * @csspart base - The button.
 * @csspart error - Why it did not work.
 * @cssproperty [--melo-color-accent] - Background while a screen is shared.
 * @cssstate idle - This page is in no call.
 * @cssstate sharing - A screen is shared.
 */
export class MeloScreenShareToggle extends CallToggle {
  /** What matters: sharp letters, or smooth pictures. */
  @property() hint: "text" | "motion" = "text";

  /** Without the sound of what is shared. */
  @property({ type: Boolean, attribute: "without-audio" }) withoutAudio = false;

  protected override readonly idle = ScreenShare;

  protected override states(call: CallState | undefined): Readonly<Record<string, boolean>> {
    return { sharing: isSharing(call) };
  }

  protected override face(call: CallState): ToggleFace {
    const isOn = isSharing(call);
    return {
      icon: isOn ? ScreenShareOff : ScreenShare,
      label: isOn ? msg("Stop sharing") : msg("Share your screen"),
      isOn,
      why: whyNot(call),
    };
  }

  protected override toggle(calls: Calls, call: CallState): Promise<unknown> {
    return isSharing(call) ? calls.stopScreenShare() : calls.startScreenShare({ audio: !this.withoutAudio, hint: this.hint });
  }
}

function isSharing(call: CallState | undefined): boolean {
  return (call?.screens.length ?? 0) > 0;
}

/** Phones share no screens. */
function whyNot({ canSpeak }: CallState): string | undefined {
  if (!canSpeak) return listenOnlyWords();
  return typeof navigator.mediaDevices?.getDisplayMedia === "function" ? undefined : msg("This browser cannot share the screen.");
}

if (!customElements.get("melo-screen-share-toggle")) customElements.define("melo-screen-share-toggle", MeloScreenShareToggle);

declare global {
  interface HTMLElementTagNameMap {
    "melo-screen-share-toggle": MeloScreenShareToggle;
  }
}
