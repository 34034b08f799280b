import type { BrowserContext } from "playwright-core";

import type { CallState, Calls, CallsState, Participant } from "../../../src/media/calls-state.js";
import type { CreateVoiceChannelOptions } from "../../../src/matrix/rooms-state.js";
import type { RoomCallState } from "../../../src/media/room-call-state.js";
import type { MountOptions } from "../pages/mount.ts";
import { ChatPage } from "./chat-page.ts";
import type { Account } from "./homeserver.ts";
import { until } from "./until.ts";

/** Joining loads code, publishes a membership and connects, on two cores that other participants use too. */
const JOIN_LIMIT = 60_000;

type Action = { [Name in keyof Calls]: Calls[Name] extends (...rest: never[]) => Promise<unknown> ? Name : never }[keyof Calls];

/** A page with melo's tags for calls. What it knows is asked of the session, as every element does. */
export class CallPage {
  readonly chat: ChatPage;

  constructor(chat: ChatPage) {
    this.chat = chat;
  }

  /** Opens a tab and signs in by the form. The device is signed by its owner. */
  static async signedIn(context: BrowserContext, account: Account, options: Partial<MountOptions> = {}): Promise<CallPage> {
    return new CallPage(await ChatPage.signedIn(context, account, options));
  }

  /** Opens a tab in a profile that is signed in already. */
  static async reopened(context: BrowserContext, options: Partial<MountOptions> = {}): Promise<CallPage> {
    const chat = await ChatPage.open(context, options);
    await chat.ready();
    return new CallPage(chat);
  }

  get page(): ChatPage["page"] {
    return this.chat.page;
  }

  /** Own name at the SFU in the default mode. */
  async identity(): Promise<string> {
    const { account } = await this.chat.session();
    return `${account!.userId}:${account!.deviceId}`;
  }

  /** Accepts an invite, once it is there, and waits until the room is known to be encrypted (or not). */
  async enter(room: string, encrypted = true): Promise<void> {
    await this.page.evaluate((id) => void window.chatSession!.room(id).room.subscribe(() => {}), room);
    await until(`the room ${room} entered`, () =>
      this.page.evaluate(
        async ([id, secret]) => {
          const { room: entered } = window.chatSession!.room(id);
          if (entered.state.status === "invited") await entered.join();
          return entered.state.status === "ready" && entered.state.encryption === (secret ? "encrypted" : "unencrypted");
        },
        [room, encrypted] as const,
      ),
    );
  }

  async createVoiceChannel(options: CreateVoiceChannelOptions): Promise<string> {
    return this.page.evaluate((all) => window.chatSession!.createVoiceChannel(all), options);
  }

  /** Puts an element of the room on the page, in place of another one of its kind. */
  async show(tag: string, room: string): Promise<void> {
    await this.page.evaluate(([name, id]) => window.showTag(name, { room: id }), [tag, room] as const);
  }

  /** Calls one of the session's methods for calls, as an element or a host page does. */
  async act<Name extends Action>(name: Name, ...rest: Parameters<Calls[Name]>): Promise<void> {
    await this.page.evaluate(
      async ([method, parameters]) => {
        await (window.chatSession!.calls[method] as (...all: unknown[]) => Promise<unknown>)(...parameters);
      },
      [name, rest] as const,
    );
  }

  async join(room: string, options: Parameters<Calls["join"]>[1] = {}): Promise<void> {
    await this.act("join", room, options);
    await this.callIs("connected", ({ status }) => status === "connected", JOIN_LIMIT);
  }

  /** The index of the media key that this device sends with: it rises with each new one. */
  async keyIndex(room: string): Promise<number | undefined> {
    return this.page.evaluate((id) => window.chatSession!.room(id).callKeys.state.keys.findLast(({ isOwn }) => isOwn)?.index, room);
  }

  async leave(): Promise<void> {
    await this.act("leave");
    await until("no call", async () => !(await this.calls()).call);
  }

  async calls(): Promise<CallsState> {
    return this.page.evaluate(() => structuredClone(window.chatSession!.calls.state));
  }

  /** Waits until the call of this page passes. */
  async callIs(what: string, passes: (call: CallState) => boolean, limit = 30_000): Promise<CallState> {
    return until(
      `a call that is ${what}`,
      async () => {
        const { call } = await this.calls();
        if (call && passes(call)) return call;
        throw new Error(JSON.stringify(call));
      },
      limit,
    );
  }

  /** Waits until the participant with that user id passes. */
  async participantIs(userId: string, what: string, passes: (participant: Participant) => boolean, limit = 30_000): Promise<Participant> {
    const of = ({ participants }: CallState) => participants.find((participant) => participant.userId === userId && passes(participant));
    return of(await this.callIs(`one in which ${userId} is ${what}`, (call) => of(call) !== undefined, limit))!;
  }

  /** Who is in the room's call as Matrix tells it: for those who are not in it, too. */
  async roomCall(room: string): Promise<RoomCallState> {
    return this.page.evaluate((id) => {
      const { call } = window.chatSession!.room(id);
      const watched = ((window as { watchedCalls?: Map<string, unknown> }).watchedCalls ??= new Map());
      if (!watched.has(id))
        watched.set(
          id,
          call.subscribe(() => {}),
        );
      return structuredClone(call.state);
    }, room);
  }

  /** Waits until that passes. */
  async roomCallIs(room: string, what: string, passes: (call: RoomCallState) => boolean, limit = 30_000): Promise<RoomCallState> {
    return until(
      `a room's call ${what}`,
      async () => {
        const state = await this.roomCall(room);
        if (passes(state)) return state;
        throw new Error(JSON.stringify(state));
      },
      limit,
    );
  }
}
