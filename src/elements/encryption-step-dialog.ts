import { msg } from "@lit/localize";
import { html, render, type TemplateResult } from "lit";

import type { EncryptionStep } from "../controllers/encryption-health.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloEncryptionStepEvent } from "./encryption-events.js";
import { stepLabel } from "./encryption-words.js";
import "./melo-cross-signing.js";
import "./melo-device-list.js";
import type { MeloDialog } from "./melo-dialog.js";
import "./melo-dialog.js";
import "./melo-key-backup.js";
import "./melo-recovery.js";
import "./melo-user-card.js";
import "./melo-verify-device.js";

/** Leads the visitor to a step, for a part of melo in which they asked for it: to the tag that does it, in a dialog, unless the page does it in its own way. */
export async function openStep(from: Element, session: SessionApi | undefined, step: EncryptionStep): Promise<void> {
  if (!from.dispatchEvent(new MeloEncryptionStepEvent(step)) || !session) return;
  const root = from.getRootNode(); // beside it the same styles hold, and it is not drawn anew
  const place = document.createElement("div");
  (root instanceof ShadowRoot ? root : document.body).append(place);
  render(html`<melo-dialog heading=${stepLabel(step)} informs>${tagOf(step, session)}</melo-dialog>`, place);
  for (const tag of place.querySelectorAll<HTMLElement>("melo-verify-device ~ melo-recovery")) tag.style.marginBlockStart = "1.5em"; // a page may forbid styles in the text of its document
  const dialog = place.querySelector<MeloDialog>("melo-dialog")!;
  const life = new AbortController();
  if (step === "verify-device") followVerification(dialog, session, life.signal);
  await dialog.ask();
  life.abort();
  place.remove();
}

/** Once the visitor has seen that the other device verified this one, there is nothing left to ask. The recovery key has more to say: that is left to the visitor. */
function followVerification(dialog: MeloDialog, session: SessionApi, signal: AbortSignal): void {
  const { verification } = session;
  let isDone = false;
  const look = (): void => {
    const { status } = verification.state;
    if (status === "done") isDone = true;
    else if (isDone) dialog.close();
  };
  verification.subscribe(look, { signal });
  const ways = dialog.querySelector("p")!;
  session.subscribe(() => (ways.hidden = session.state.crossSigning !== "missing"), { signal });
}

function tagOf(step: EncryptionStep, session: SessionApi): TemplateResult {
  switch (step) {
    case "verify-device":
      return html`<p>${msg("Another device of yours that is signed in can verify this one; or your recovery key can.")}</p>
        <melo-verify-device .session=${session}></melo-verify-device><melo-recovery .session=${session}></melo-recovery>`;
    case "reset-identity":
      return html`<melo-cross-signing .session=${session}></melo-cross-signing>`;
    case "check-people":
      return html`${session.identity.state.changedPeople.map((userId) => html`<melo-user-card .session=${session} user-id=${userId}></melo-user-card>`)}`;
    case "check-devices":
      return html`<melo-device-list .session=${session}></melo-device-list>`;
    case "turn-on-backup":
      return html`<melo-key-backup .session=${session}></melo-key-backup>`;
    default:
      return html`<melo-recovery .session=${session}></melo-recovery>`;
  }
}
