import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";

import { icon } from "./icon.js";
import { CircleAlert } from "./icons.js";

interface Question {
  readonly busy: boolean;
  readonly problem?: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** What it means that a backup which this device cannot open is replaced: asked before. */
export function replaceQuestion(question: Question & { readonly yes: string }): TemplateResult {
  return ask({
    ...question,
    title: msg("Begin a new backup?"),
    text: msg(
      "There is a backup of your messages that this device cannot open. It is deleted, and what only it can open is lost for good.",
    ),
    more: msg("If you have its recovery key, or another device of yours that is verified, use that instead: then nothing is lost."),
    no: msg("Keep the backup"),
  });
}

/** What it means to have another recovery key: asked before. */
export function changeQuestion(question: Question): TemplateResult {
  return ask({
    ...question,
    title: msg("Replace the recovery key"),
    text: msg("You get a new key. The one you have now stops working, wherever it is written down."),
    yes: msg("Make a new recovery key"),
    no: msg("Keep the key"),
  });
}

/** What it means to have no recovery key any more: asked before. */
export function removeQuestion(question: Question): TemplateResult {
  return ask({
    ...question,
    title: msg("Remove the recovery key?"),
    text: msg("It stops working, wherever it is written down. If you lose your devices after that, nobody can open your messages."),
    more: msg("If you only do not have it any more, replace it instead: you get a new one, and lose nothing."),
    yes: msg("Remove it"),
    no: msg("Keep the key"),
  });
}

/** What it means to turn the backup off: asked before. */
export function offQuestion(question: Question): TemplateResult {
  return ask({
    ...question,
    title: msg("Turn the backup off?"),
    text: msg(
      "The backup of your messages is deleted, also for your other devices. What none of your devices can open by itself is lost for good.",
    ),
    more: msg("If you lose your devices after that, your messages are lost with them, and your recovery key does not bring them back."),
    yes: msg("Turn off and delete"),
    no: msg("Keep the backup"),
  });
}

interface Words {
  readonly title: string;
  readonly text: string;
  readonly more?: string;
  readonly yes: string;
  readonly no: string;
}

function ask({ title, text, more, yes, no, busy, problem, onYes, onNo }: Question & Words): TemplateResult {
  const handleKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || busy) return;
    event.stopPropagation();
    onNo();
  };
  return html`<div class="step" part="question" aria-busy=${busy} @keydown=${handleKey}>
    <h2 tabindex="-1">${title}</h2>
    <p class="notice care">${icon(CircleAlert)}<span>${text}</span></p>
    ${more ? html`<p>${more}</p>` : nothing}
    <div role="alert">${problem ? html`<p class="notice bad" part="error">${icon(CircleAlert)}<span>${problem}</span></p>` : nothing}</div>
    <div class="buttons">
      <button class="filled" ?disabled=${busy} @click=${onNo}>${no}</button>
      <button class="outlined" ?disabled=${busy} @click=${onYes}>${busy ? msg("One moment…") : yes}</button>
    </div>
  </div>`;
}
