import { msg } from "@lit/localize";
import { html, nothing, type TemplateResult } from "lit";

import type { Security } from "../internal/event-security.js";
import type { UnsupportedItem } from "../matrix/timeline-item.js";
import { icon } from "./icon.js";
import { CircleAlert, ShieldAlert } from "./icons.js";
import { securitySentence } from "./security-words.js";

/** What stands in place of a message that melo cannot show. */
export function unsupportedBody(item: UnsupportedItem): TemplateResult {
  const sentence = item.malformed
    ? msg("This message is damaged and cannot be shown.")
    : msg("This kind of message cannot be shown here yet.");
  return html`<div class="body" part="body" dir="auto">
    ${item.body ? html`<bdi>${item.body}</bdi><br />` : nothing}<span class="quiet small" title=${item.eventType}>${sentence}</span>
  </div>`;
}

/** What is to be said against a message of `name`. */
export function securityNote(security: Security | undefined, name: string): unknown {
  if (!security) return nothing;
  const shape = security.level === "bad" ? CircleAlert : ShieldAlert;
  // What came out of the backup is so for good, and asks nothing of anybody: no colour.
  const level = security.reason === "authenticity-not-guaranteed" ? "" : security.level;
  return html`<div class="note ${level}" part="note">${icon(shape)}<span>${securitySentence(security.reason, name)}</span></div>`;
}
