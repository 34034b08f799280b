import { msg } from "@lit/localize";
import { html, type TemplateResult } from "lit";

/** The widths of the lines, in percent: uneven, as messages are. */
const LINES = [[52], [74, 38], [30], [66], [81, 57]];

/** The shape of messages that are not there yet; after 3 s it says what it waits for. Style it by `skeleton.styles.ts`. */
export function skeleton(waitsFor: string = msg("Opening your messages…")): TemplateResult {
  return html`<div class="skeleton">
    <div class="shapes" aria-hidden="true">
      ${LINES.map((widths) => html`<i class="face"></i>${widths.map((width) => html`<i class="line w${Math.round(width / 10)}"></i>`)}`)}
    </div>
    <p class="late" role="status">${waitsFor}</p>
  </div>`;
}
