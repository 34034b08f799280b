import { msg, str } from "@lit/localize";
import { LitElement, html, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { RoomCallState } from "../media/room-call-state.js";
import type { SessionApi } from "../session/session-api.js";
import { fromMember, peopleSentence, type CallPerson } from "./call-people.js";
import { icon } from "./icon.js";
import { CircleAlert, KeyRound, LoaderCircle, Lock } from "./icons.js";
import controls from "./controls.styles.js";
import "./melo-avatar.js";
import styles from "./melo-voice-presence.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import { personRow } from "./person-row.js";
import row from "./person-row.styles.js";
import { errorWords } from "./session-words.js";
import tokens from "./tokens.styles.js";

/** How many faces stand side by side before the rest is a number. */
const FACES = 5;

/**
 * Shows who is in the voice channel or call of a room, on any page. It only looks: it joins nothing, and loads nothing of what a call needs.
 *
 * @example <melo-voice-presence room="#kitchen:example.org"></melo-voice-presence>
 *
 * @csspart list - The rows, or with `compact` the faces.
 * @csspart name - The name of a person.
 * @csspart text - The sentence when nobody is inside, or with `compact`.
 * @csspart error - Why it is not known who is inside.
 * @cssproperty [--melo-color-text-quiet] - Colour of what is less important.
 * @cssstate empty - Nobody is inside.
 * @cssstate occupied - Somebody is inside.
 */
export class MeloVoicePresence extends LitElement {
  static override styles = [tokens, controls, notice, row, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  /** Faces and one sentence, in one line, in place of a row for each person. */
  @property({ type: Boolean, reflect: true }) compact = false;

  readonly #internals = this.attachInternals();
  readonly #room = new RoomController(this, () => this.room);
  readonly #call = new WatchController(
    this,
    () => this.#room.value?.call,
    (call) => call,
  );
  readonly #account = new WatchController(
    this,
    () => this.#room.session,
    ({ account }) => account?.userId,
  );

  protected override willUpdate(): void {
    const call = this.#call.value;
    const isKnown = call?.status === "ready" && call.canJoin !== "not-joined" && !call.unreadable;
    const states = { occupied: (call?.members.length ?? 0) > 0, empty: isKnown && call.members.length === 0 };
    for (const [name, on] of Object.entries(states)) this.#internals.states[on ? "add" : "delete"](name);
  }

  protected override render(): TemplateResult {
    if (this.#room.missing) return noSession("melo-voice-presence");
    if (!this.room) return says(CircleAlert, msg('Say which room: <melo-voice-presence room="#name:server">.'), "bad");
    const call = this.#call.value;
    if (!this.#account.value) return says(Lock, msg("Sign in to see who is here."));
    if (!call || call.status === "loading") return says(LoaderCircle, msg("Looking who is here…"));
    return this.#renderCall(call);
  }

  #renderCall(call: RoomCallState): TemplateResult {
    if (call.status === "failed" && call.error) return says(CircleAlert, errorWords(call.error).text, "bad");
    if (call.members.length > 0) return this.compact ? this.#renderFaces(call) : this.#renderRows(call);
    if (call.canJoin === "not-joined") return says(Lock, msg("Only members of this room see who is here."));
    if (call.unreadable) return says(KeyRound, msg("Somebody may be here: this device does not have the key to see who."));
    return html`<p class="text" part="text">${msg("Nobody is here.")}</p>`;
  }

  #renderRows({ members, name }: RoomCallState): TemplateResult {
    const label = name ? msg(str`In ${name}`) : msg("Who is here");
    return html`<ul class="people" part="list" aria-label=${label}>
      ${members.map((member) => html`<li class="person">${personRow(fromMember(member), this.#room.session)}</li>`)}
    </ul>`;
  }

  #renderFaces({ members }: RoomCallState): TemplateResult {
    const people: readonly CallPerson[] = members.map(fromMember);
    return html`<p class="compact">
      <span class="faces" part="list">
        ${people
          .slice(0, FACES)
          .map(
            ({ name, userId, avatar }) =>
              html`<melo-avatar .session=${this.#room.session} .name=${name} .colorKey=${userId} .src=${avatar}></melo-avatar>`,
          )}
      </span>
      <span part="text" dir="auto">${peopleSentence(people)}</span>
    </p>`;
  }
}

function says(shape: Parameters<typeof icon>[0], text: string, level: "" | "bad" = ""): TemplateResult {
  const role = level === "bad" ? "alert" : "status";
  return html`<p class="notice ${level}" part="error" role=${role}>${icon(shape)}<span>${text}</span></p>`;
}

if (!customElements.get("melo-voice-presence")) customElements.define("melo-voice-presence", MeloVoicePresence);

declare global {
  interface HTMLElementTagNameMap {
    "melo-voice-presence": MeloVoicePresence;
  }
}
