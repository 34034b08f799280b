import { html, type TemplateResult } from "lit";
import type { IconNode } from "lucide";

import type { CallWords } from "./call-words.js";
import { icon } from "./icon.js";

/** A sentence about a call, and what to do about it. Style it by `notice.styles.ts`. */
export function callNotice(shape: IconNode, { text, how = "" }: CallWords, level: "" | "care" | "bad" = ""): TemplateResult {
  return html`<p class="notice ${level}" part="notice">${icon(shape)}<span dir="auto">${text} ${how}</span></p>`;
}
