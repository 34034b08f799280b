import { msg, str } from "@lit/localize";
import { html, render, type TemplateResult } from "lit";

import { MeloError } from "../internal/errors.js";
import type { SessionApi } from "../session/session-api.js";
import { MeloParticipantRemoveEvent, MeloParticipantRemovedEvent } from "./call-events.js";
import type { CallPerson } from "./call-people.js";
import { callErrorWords } from "./call-words.js";
import type { MeloDialog } from "./melo-dialog.js";
import "./melo-dialog.js";

/** Removes somebody from a room for a moderator who confirms it, and says why if it fails. The events come from `from`. */
export async function removeFromRoom(
  from: Element,
  session: SessionApi,
  room: string,
  { userId, name }: Pick<CallPerson, "userId" | "name">,
): Promise<void> {
  const question = html`<melo-dialog heading=${msg(str`Remove ${name}?`)} confirm=${msg("Remove")}
    >${msg(str`${name} leaves the call and the room, and comes back only if the room lets them.`)}</melo-dialog
  >`;
  if (!(await ask(from, question))) return;
  if (!from.dispatchEvent(new MeloParticipantRemoveEvent(userId, room))) return;
  try {
    await session.room(room).call.remove(userId);
    from.dispatchEvent(new MeloParticipantRemovedEvent(userId, room));
  } catch (error) {
    const { text, how = "" } = callErrorWords(MeloError.from(error).toInfo());
    await ask(from, html`<melo-dialog heading=${msg(str`${name} was not removed`)} informs>${text} ${how}</melo-dialog>`);
  }
}

/** The question stands outside of every popover around `from`, since those close when a question opens. */
async function ask(from: Element, question: TemplateResult): Promise<boolean> {
  let root = from.getRootNode();
  while (root instanceof ShadowRoot && root.host.closest("[popover]")) root = root.host.getRootNode();
  const place = document.createElement("div");
  (root instanceof ShadowRoot ? root : document.body).append(place);
  render(question, place);
  const confirmed = await place.querySelector<MeloDialog>("melo-dialog")!.ask();
  place.remove();
  return confirmed;
}
