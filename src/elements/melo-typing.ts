import { msg, str } from "@lit/localize";
import { LitElement, html, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";

import { RoomController } from "../controllers/room-controller.js";
import { WatchController } from "../controllers/watch-controller.js";
import type { SessionApi } from "../session/session-api.js";
import styles from "./melo-typing.styles.js";
import { noSession } from "./no-session.js";
import notice from "./notice.styles.js";
import tokens from "./tokens.styles.js";

/**
 * Says who else is typing in a room, in one quiet line.
 *
 * @example <melo-typing room="#garden:example.org"></melo-typing>
 *
 * @csspart text - The sentence.
 * @cssproperty [--melo-color-text-quiet] - Colour of the sentence.
 */
export class MeloTyping extends LitElement {
  static override styles = [tokens, notice, styles];

  /** The session to use: the object, or the id of a `<melo-session>`. */
  @property() session?: SessionApi | string;

  /** Id or alias of the room. */
  @property() room = "";

  #room = new RoomController(this, () => this.room);
  #people = new WatchController(
    this,
    () => this.#room.value?.typing,
    (typing) => typing.people,
  );

  protected override render(): TemplateResult {
    if (this.#room.missing) return noSession("melo-typing");
    return html`<span part="text" role="status" dir="auto">${sentence(this.#people.value ?? [])}</span>`;
  }
}

function sentence(people: readonly { name: string }[]): string {
  const [first, second, ...others] = people.map(({ name }) => name);
  if (!first) return "";
  if (!second) return msg(str`${first} is typing…`);
  if (others.length === 0) return msg(str`${first} and ${second} are typing…`);
  return msg("Several people are typing…");
}

if (!customElements.get("melo-typing")) customElements.define("melo-typing", MeloTyping);

declare global {
  interface HTMLElementTagNameMap {
    "melo-typing": MeloTyping;
  }
}
