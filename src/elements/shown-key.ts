import { msg } from "@lit/localize";
import { html, type TemplateResult } from "lit";

import { icon } from "./icon.js";
import { Check, Copy } from "./icons.js";
import type { NewRecoveryKey } from "./new-recovery-key.js";

interface ShownKey {
  readonly made: NewRecoveryKey;
  readonly title: TemplateResult;
  readonly problem: TemplateResult;
  readonly copied: boolean;
  readonly onCopy: () => void;
  readonly onSaved: () => void;
}

/** A new recovery key, the one time that it is seen. */
export function shownKey({ made, title, problem, copied, onCopy, onSaved }: ShownKey): TemplateResult {
  return html`<div class="step">
    ${title}
    <p>${msg("Your recovery key opens your messages on a new device. Nobody can send it to you again.")}</p>
    <p class="key" part="key" translate="no">${made.groups.map((group) => html`<span>${group} </span>`)}</p>
    <div class="buttons">
      <button class="outlined" @click=${onCopy}>${icon(copied ? Check : Copy)}${copied ? msg("Copied") : msg("Copy")}</button>
      <button class="outlined" @click=${() => made.download()}>${msg("Download")}</button>
    </div>
    ${problem}
    <button class="filled" @click=${onSaved}>${msg("I have saved it")}</button>
  </div>`;
}

interface AskedKey extends Pick<ShownKey, "title" | "problem"> {
  readonly field: TemplateResult;
  readonly onSubmit: (event: Event) => void;
  readonly onShow: () => void;
}

/** A part of the key is typed back, so that its owner is sure to have it. */
export function askedKey({ title, problem, field, onSubmit, onShow }: AskedKey): TemplateResult {
  return html`<div class="step">
    ${title}
    <p>${msg("Look at what you saved, so that you are sure to find it again.")}</p>
    <form novalidate @submit=${onSubmit}>
      ${field} ${problem}
      <div class="buttons">
        <button class="filled">${msg("Done")}</button>
        <button type="button" class="outlined" @click=${onShow}>${msg("Show the key again")}</button>
      </div>
    </form>
  </div>`;
}
