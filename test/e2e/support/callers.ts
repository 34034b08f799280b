import type { MembershipOptions, RoomCallState } from "../../../src/media/room-call-state.js";
import type { CallKeysState } from "../../../src/media/call-keys-state.js";
import type { ChatPage } from "./chat-page.ts";
import { until } from "./until.ts";

const QUIET: MembershipOptions = { intent: "audio", data: { muted: true, deafened: false, camera: false, sharing: false } };

/** The membership part of a call, without LiveKit: what the tab that runs the client does, asked for from any tab. */
export class Caller {
  readonly chat: ChatPage;
  readonly roomId: string;

  constructor(chat: ChatPage, roomId: string) {
    this.chat = chat;
    this.roomId = roomId;
  }

  /** Follows the call and its keys from now on, as an element on the page does. */
  async watch(): Promise<this> {
    await this.chat.frame.evaluate((room) => {
      const { call, callKeys } = window.chatSession!.room(room);
      call.subscribe(() => {});
      callKeys.subscribe(() => {});
    }, this.roomId);
    return this;
  }

  /** Joins. With `lock`, the page holds a lock of that name for as long as it lives, as a page does that plays a call. */
  async join(options: Partial<MembershipOptions> & { readonly lock?: string } = {}): Promise<void> {
    const { lock, ...rest } = options;
    await this.chat.frame.evaluate(
      async ([room, membership, name]) => {
        if (name !== undefined)
          await new Promise<void>(
            (held) =>
              void navigator.locks.request(
                name,
                () => new Promise<void>((release) => (((window as unknown as { hangUp: () => void }).hangUp = release), held())),
              ),
          );
        await window.chatSession!.room(room).call.join({ ...membership, tabLock: name });
      },
      [this.roomId, { ...QUIET, ...rest }, lock] as const,
    );
  }

  async leave(): Promise<void> {
    await this.chat.frame.evaluate((room) => window.chatSession!.room(room).call.leave(), this.roomId);
  }

  async state(): Promise<RoomCallState> {
    return this.chat.frame.evaluate((room) => structuredClone(window.chatSession!.room(room).call.state), this.roomId);
  }

  async keys(): Promise<CallKeysState> {
    return this.chat.frame.evaluate((room) => structuredClone(window.chatSession!.room(room).callKeys.state), this.roomId);
  }

  /** Waits until the call looks so from here; resolves with how many ms that took. */
  async sees(what: string, passes: (state: RoomCallState) => boolean, limit = 30_000): Promise<number> {
    const begin = Date.now();
    await until(
      what,
      async () => {
        const state = await this.state();
        if (passes(state)) return true;
        throw new Error(JSON.stringify(state));
      },
      limit,
    );
    return Date.now() - begin;
  }

  async hasKeys(what: string, passes: (state: CallKeysState) => boolean, limit = 30_000): Promise<void> {
    await until(
      what,
      async () => {
        const state = await this.keys();
        if (passes(state)) return true;
        throw new Error(JSON.stringify({ ...state, keys: state.keys.map(({ identity, index, isOwn }) => ({ identity, index, isOwn })) }));
      },
      limit,
    );
  }
}

/** Lets a page take the invitation to a room. */
export async function enterRoom({ frame }: ChatPage, roomId: string): Promise<void> {
  await frame.evaluate(async (id) => {
    const { room } = window.chatSession!.room(id);
    room.subscribe(() => {});
    await room.join();
  }, roomId);
}
