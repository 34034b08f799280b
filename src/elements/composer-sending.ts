import { html, type TemplateResult } from "lit";

import type { Drafts } from "../matrix/drafts.js";
import type { RoomParts, SessionApi } from "../session/session-api.js";

/** Where a message goes, whatever the field shows by the time it is sent. */
export interface Destination {
  readonly room: string;
  readonly parts?: RoomParts;
  readonly drafts?: Drafts;
}

/** Whether a key sends. While an input method composes, Enter belongs to it; Safari tells only by the key code 229. */
export function isSendKey(event: KeyboardEvent, submitKey: "enter" | "mod-enter"): boolean {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.altKey) return false;
  const modified = event.ctrlKey || event.metaKey;
  return submitKey === "enter" ? !event.shiftKey && !modified : modified;
}

/** Who has to be decided about before something is sent. Seldom needed, so its code comes with the need; without it nothing leaves all the same. */
export function identityNotice(session: SessionApi | undefined, room: string): TemplateResult {
  void import("./melo-identity-notice.js").catch(() => {});
  return html`<melo-identity-notice .session=${session} .room=${room}></melo-identity-notice>`;
}
