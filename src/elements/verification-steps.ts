import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";
import { until } from "lit/directives/until.js";

import type { Verification, VerificationEmoji, VerificationState } from "../crypto/verification-state.js";
import type { MeloCodeScannedEvent } from "./scanner-events.js";

/** What a button of the dialog does: an action of the verification; or shows the camera, the step before it, or begins anew. */
export type Step = Exclude<keyof Verification, "state" | "subscribe" | "request" | "requestUser" | "scan"> | "scan" | "back" | "again";

export interface StepAction {
  readonly step: Step;
  readonly label: string;
  /** The one that leads on. */
  readonly filled?: boolean;
}

/** The buttons of a step, the one that leads on last. */
export function actionsOf({ status, methods, code, reason, error }: VerificationState, scanning: boolean): readonly StepAction[] {
  const cancel: StepAction = { step: "cancel", label: msg("Cancel") };
  switch (status) {
    case "asked":
      return [
        { step: "decline", label: msg("Decline") },
        { step: "accept", label: msg("Accept"), filled: true },
      ];
    case "ready": {
      if (scanning) return [cancel, { step: "back", label: msg("Back") }];
      const scan: StepAction[] = methods?.scan ? [{ step: "scan", label: msg("Scan their code") }] : [];
      const emoji: StepAction[] =
        methods?.emoji === false
          ? []
          : [{ step: "start", label: code ? msg("Compare emoji instead") : msg("Show the emoji"), filled: !code }];
      return [cancel, ...scan, ...emoji];
    }
    case "emoji":
      return [
        { step: "mismatch", label: msg("They differ") },
        { step: "confirm", label: msg("They match"), filled: true },
      ];
    case "code-scanned":
      return [
        { step: "mismatch", label: msg("No") },
        { step: "confirm", label: msg("Yes"), filled: true },
      ];
    case "done":
      return [{ step: "dismiss", label: msg("Done"), filled: true }];
    case "cancelled":
      return [
        { step: "dismiss", label: msg("Close") },
        ...(reason === "accepted-elsewhere" ? [] : [{ step: "again", label: msg("Start again"), filled: true } as const]),
      ];
    case "failed":
      return [
        { step: "dismiss", label: msg("Close"), filled: error?.code === "verification-interrupted" },
        ...(error?.code === "verification-interrupted" ? [] : [{ step: "again", label: msg("Try again"), filled: true } as const]),
      ];
    default:
      return [cancel];
  }
}

/** What a step shows below its words. The parts that few flows need are loaded by them. */
export function renderStep(state: VerificationState, scanning: boolean, onScanned: (event: MeloCodeScannedEvent) => void): unknown {
  if (state.status === "emoji" && state.emoji) return renderEmoji(state);
  if (state.status !== "ready") return nothing;
  if (scanning) {
    void import("./melo-qr-scanner.js").catch(() => {}); // without it the visitor goes back to the emoji
    return html`<melo-qr-scanner @melo-code-scanned=${onScanned}></melo-qr-scanner>`;
  }
  if (!state.code) return nothing;
  void import("./melo-qr-code.js").catch(() => {});
  return html`<melo-qr-code tabindex="-1" part="code" .code=${state.code} label=${msg("The code for the other side to scan")}></melo-qr-code>`;
}

function renderEmoji({ emoji = [], decimals = [] }: VerificationState): TemplateResult {
  return html`
    <ol class="emoji" part="emoji" tabindex="-1" aria-label=${msg("Seven emoji")}>
      ${emoji.map((one) => html`<li><span class="symbol" aria-hidden="true">${one.symbol}</span><span>${until(nameOf(one), one.name)}</span></li>`)}
    </ol>
    <details>
      <summary>${msg("Compare numbers instead")}</summary>
      <p class="decimals" part="decimals">${decimals.join(" ")}</p>
    </details>
  `;
}

/** In the visitor's language: both sides have to find the same word for what they see. */
async function nameOf({ name }: VerificationEmoji): Promise<string> {
  try {
    const { emojiNames } = await import("./emoji-names.js");
    return emojiNames()(name);
  } catch {
    return name;
  }
}
