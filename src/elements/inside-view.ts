import { html, nothing, type TemplateResult } from "lit";

import type { RoomCallState } from "../media/room-call-state.js";
import type { SessionApi } from "../session/session-api.js";
import { peopleSentence } from "./call-people.js";
import { unreadableWords } from "./call-words.js";
import "./melo-avatar.js";

/** So many of those who are inside are shown by their picture. */
const FACES = 5;

/** Who is in a call, for somebody who is about to join it: some faces and a sentence. Somebody who is there with two devices is one. */
export function insideView({ members, unreadable }: RoomCallState, session: SessionApi | undefined): TemplateResult {
  const people = [...new Map(members.map((member) => [member.userId, member])).values()];
  const faces = people
    .slice(0, FACES)
    .map(
      ({ userId, name, avatar }) => html`<melo-avatar .session=${session} .name=${name} .colorKey=${userId} .src=${avatar}></melo-avatar>`,
    );
  return html`<div class="inside" part="inside">
    ${faces.length ? html`<span class="faces">${faces}</span>` : nothing}
    <p role="status" dir="auto">${people.length || !unreadable ? peopleSentence(people) : unreadableWords()}</p>
  </div>`;
}
