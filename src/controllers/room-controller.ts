import type { RoomParts, SessionApi } from "../session/session-api.js";
import { SessionController, type SessionHost } from "./session-controller.js";

/**
 * Gives its host the parts of one room of its session. Watch what you need of them with a `WatchController`.
 *
 * ```ts
 * #room = new RoomController(this, () => this.room);
 * #name = new WatchController(this, () => this.#room.value?.room, (room) => room.name);
 * ```
 */
export class RoomController {
  readonly #session: SessionController;
  readonly #reference: () => string;

  constructor(host: SessionHost, reference: () => string) {
    this.#session = new SessionController(host);
    this.#reference = reference;
  }

  /** The host's session, or `undefined` while there is none to be found. */
  get session(): SessionApi | undefined {
    return this.#session.value;
  }

  /** No `<melo-session>` is there to wait for. */
  get missing(): boolean {
    return this.#session.missing;
  }

  /** The parts of the room, or `undefined` without a session or a reference. */
  get value(): RoomParts | undefined {
    const reference = this.#reference();
    return reference ? this.session?.room(reference) : undefined;
  }
}
