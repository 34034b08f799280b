import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";
import type { IconNode } from "lucide";

import type { CallState } from "../media/calls-state.js";
import { callErrorWords } from "./call-words.js";
import { icon } from "./icon.js";
import { PhoneOff } from "./icons.js";
import { tellOwner } from "./owner-notice.js";

type Button = readonly [label: string, act: () => void];

/** What stands in place of a call on its way in or out, with the way back. */
export function callGate(shape: IconNode, text: string, kind: "waiting" | "bad", action?: Button): TemplateResult {
  return html`<div class="gate ${kind}" part="gate" role=${kind === "bad" ? "alert" : "status"}>
    ${icon(shape)}
    <p>${text}</p>
    ${action ? html`<div class="actions">${outlined(action)}</div>` : nothing}
  </div>`;
}

/** A call that ended by a fault: why, and what to do. */
export function failedGate({ error }: CallState, again: () => void, back: () => void): TemplateResult {
  const words = callErrorWords(error ?? { code: "unknown", message: "" });
  if (error?.code === "call-encryption-failed") tellOwner(`<melo-call> ${error.message}`);
  return html`<div class="gate bad" part="gate" role="alert">
    ${icon(PhoneOff)}
    <h2>${msg("The call ended")}</h2>
    <p>${words.text} ${words.how}</p>
    <div class="actions">
      ${words.again ? html`<button type="button" class="filled" @click=${again}>${msg("Try again")}</button>` : nothing}
      ${outlined([msg("Back"), back])}
    </div>
  </div>`;
}

function outlined([label, act]: Button): TemplateResult {
  return html`<button type="button" class="outlined" @click=${act}>${label}</button>`;
}
