import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient, MatrixEvent, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";

import { CALL_MEMBER } from "../internal/call-events.js";
import { MeloError } from "../internal/errors.js";
import { late } from "../internal/late.js";
import { remembered } from "../internal/remembered.js";
import { Source } from "../internal/readable.js";
import { isDirectChat } from "../matrix/direct-rooms.js";
import { cleanName, personOf } from "../matrix/people.js";
import type { RoomDomain } from "../matrix/room-domain.js";
import { serverError } from "../matrix/server-error.js";
import type { Vault } from "../matrix/vault.js";
import { INITIAL_ACCOUNT_CALLS, type AccountCalls } from "../media/account-calls-state.js";
import type { CallDomain } from "../media/call-domain.js";
import { INITIAL_CALL_KEYS, type CallKeys, type CallKeysState } from "../media/call-keys-state.js";
import { INITIAL_ROOM_CALL, type RoomCall } from "../media/room-call-state.js";
import { keptCall, keptMissedCalls } from "./device-memory.js";

export interface CallingOptions {
  readonly client: MatrixClient;
  readonly crypto: CryptoApi;
  readonly homeserver: string;
  readonly onlySigned: boolean;
  /** The part that belongs to the device. */
  readonly vault: Vault;
  readonly rooms: () => RoomDomain;
  readonly isEncrypted: (roomId: string) => Promise<boolean>;
  /** What the page's author set. */
  readonly service?: string;
  readonly sticky?: boolean;
}

/** The objects of one client about calls: memberships, media keys, what rings. No sound and no pictures: those are in the tab that joined. Their code comes when one is first used. */
export class Calling {
  readonly #options: CallingOptions;
  readonly #domain = remembered(() => this.#load());
  #loaded?: CallDomain;
  #isOver = false;

  constructor(options: CallingOptions) {
    this.#options = options;
  }

  call(reference: string): RoomCall & Disposable {
    return late(INITIAL_ROOM_CALL, async () => (await this.#domain()).call(reference));
  }

  keys(reference: string): CallKeys & Disposable {
    return lateKeys(async () => (await this.#domain()).keys(reference));
  }

  get account(): AccountCalls & Disposable {
    return late(INITIAL_ACCOUNT_CALLS, async () => (await this.#domain()).account());
  }

  /** The homeserver has told how things stand: what a call of before has left behind is looked after. Nothing is loaded for that where there was none. */
  async settle(): Promise<void> {
    const { client, vault } = this.#options;
    const note = await keptCall(vault).load();
    const isOwn = (event: MatrixEvent): boolean =>
      event.getSender() === client.getSafeUserId() && Object.keys(event.getContent()).length > 0;
    const hasOwn = (room: SdkRoom): boolean => room.currentState.getStateEvents(CALL_MEMBER).some(isOwn);
    if (note || client.getRooms().some(hasOwn)) await (await this.#domain()).settle();
  }

  dispose(): void {
    this.#isOver = true;
    this.#loaded?.dispose();
  }

  async #load(): Promise<CallDomain> {
    const { client, crypto, homeserver, onlySigned, vault, rooms, isEncrypted, service, sticky = false } = this.#options;
    const { createCallDomain } = await import("../media/call-domain.js");
    if (this.#isOver) throw new MeloError("interrupted", "The client was stopped before this was loaded.");
    this.#loaded = createCallDomain({
      client,
      crypto,
      onlySigned,
      homeserver,
      service,
      sticky,
      memory: keptCall(vault),
      missed: keptMissedCalls(vault),
      toError: serverError,
      lookUp: (reference) => rooms().lookUp(reference),
      isEncrypted,
      send: (roomId, type, content) => rooms().send(roomId, type, content),
      person: (room, userId) => personOf(userId, room.getMember(userId), room.currentState),
      cleanName,
      isDirect: (roomId) => isDirectChat(client, roomId),
    });
    return this.#loaded;
  }
}

/** Keys have no status to show while their code is on its way: until then there are none. */
function lateKeys(load: () => Promise<CallKeys & Disposable>): CallKeys & Disposable {
  const source = new Source<CallKeysState>(INITIAL_CALL_KEYS);
  const life = new AbortController();
  const loaded = remembered(async () => {
    const keys = await load();
    if (life.signal.aborted) return keys[Symbol.dispose]();
    life.signal.addEventListener("abort", () => keys[Symbol.dispose](), { once: true });
    const show = (): void => source.merge(keys.state);
    keys.subscribe(show, { signal: life.signal });
    show();
  });
  return {
    get state() {
      return source.state;
    },
    subscribe(listener, options) {
      loaded().catch(() => {}); // the call itself says that its code cannot be had
      return source.subscribe(listener, options);
    },
    [Symbol.dispose]: () => life.abort(),
  };
}
