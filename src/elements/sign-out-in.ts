import type { SessionApi } from "../session/session-api.js";

/** Asks in an element's root what `<melo-sign-out>` would ask, and signs out then. Its code is loaded for that; rejects if it cannot be had, and nothing has happened. */
export async function signOutIn(root: ParentNode, session: SessionApi | undefined): Promise<void> {
  await import("./melo-sign-out.js");
  const tag = document.createElement("melo-sign-out");
  tag.withoutButton = true;
  tag.session = session;
  root.append(tag);
  await tag.signOut().finally(() => tag.remove());
}
