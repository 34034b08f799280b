import { msg } from "@lit/localize";
import { html, type TemplateResult } from "lit";

import { icon } from "./icon.js";
import { CircleAlert } from "./icons.js";
import { tellOwner } from "./owner-notice.js";

/** What an element shows that finds no session on the page: what to write, also once in the console. Style `.no-session` by `notice.styles.ts`. */
export function noSession(tag: string): TemplateResult {
  const sentence = msg('Put this tag inside <melo-session homeserver="https://…">, or name one with session="its-id".');
  tellOwner(`<${tag}> ${sentence}`);
  return html`<p class="notice bad" part="error" role="alert">${icon(CircleAlert)}<span>&lt;${tag}&gt; ${sentence}</span></p>`;
}
