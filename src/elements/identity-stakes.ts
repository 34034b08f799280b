import { msg } from "@lit/localize";
import { html, type TemplateResult } from "lit";

import { keptWords, lostWords } from "./own-identity-words.js";

/** What a reset takes away and what it leaves, as two lists. */
export function stakes(): TemplateResult {
  return html`<div class="step" part="stakes">
    <h3>${msg("What you lose")}</h3>
    <ul>
      ${lostWords().map((words) => html`<li>${words}</li>`)}
    </ul>
    <h3>${msg("What you keep")}</h3>
    <ul>
      ${keptWords().map((words) => html`<li>${words}</li>`)}
    </ul>
  </div>`;
}
