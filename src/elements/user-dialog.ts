import { msg } from "@lit/localize";
import { html, render } from "lit";

import type { SessionApi } from "../session/session-api.js";
import type { MeloDialog } from "./melo-dialog.js";
import "./melo-dialog.js";
import "./melo-user-card.js";
import { MeloUserOpenEvent } from "./user-events.js";

/** Shows who somebody is, for a part of melo in which the visitor asked for it: by a card in a dialog, unless the page does it in its own way. */
export async function openUser(from: Element, session: SessionApi | string | undefined, userId: string): Promise<void> {
  if (!from.dispatchEvent(new MeloUserOpenEvent(userId))) return;
  const root = from.getRootNode(); // beside it the same styles hold, and it is not drawn anew when messages come
  const place = document.createElement("div");
  (root instanceof ShadowRoot ? root : document.body).append(place);
  render(
    html`<melo-dialog heading=${msg("Who is this?")} informs><melo-user-card .session=${session} user-id=${userId}></melo-user-card></melo-dialog>`,
    place,
  );
  await place.querySelector<MeloDialog>("melo-dialog")!.ask();
  place.remove();
}
