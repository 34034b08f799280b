import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { Caller, enterRoom } from "./support/callers.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";

/** How soon a change has to be seen by somebody who is not in the call, in ms. */
const SOON = 2_000;
const MEMBER = "org.matrix.msc3401.call.member";

describe("who is in a call", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let people: { account: Account; chat: ChatPage }[];
  let room: string;
  let callers: Caller[];

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    people = await Promise.all(["anna", "bert", "carla", "dora"].map((name) => person(name)));
    room = await create(people);
    callers = await Promise.all(people.map(({ chat }) => new Caller(chat, room).watch()));
  });

  async function person(name: string) {
    const account = await register(stack.homeserver, name);
    const chat = await ChatPage.open(await openProfile(browser));
    await chat.signIn(account);
    await chat.ready();
    return { account, chat };
  }

  async function create([first, ...others]: typeof people): Promise<string> {
    const invite = others.map(({ account }) => account.userId);
    const id = await first!.chat.frame.evaluate((all) => window.chatSession!.createVoiceChannel(all), { name: "Kitchen", invite });
    for (const { chat } of others) await enterRoom(chat, id);
    return id;
  }

  const ids = (members: readonly { readonly userId: string }[]) => members.map(({ userId }) => userId);

  it("is right within two seconds for somebody who never joins", async () => {
    const [anna, bert, carla, dora] = callers;
    await dora!.sees(
      "an empty voice channel",
      ({ status, isVoiceChannel, members, canJoin }) =>
        status === "ready" && isVoiceChannel && members.length === 0 && canJoin === "allowed",
    );
    const expected: string[] = [];
    for (const [index, caller] of [anna!, bert!, carla!].entries()) {
      await caller.join({ data: { muted: index === 1, deafened: false, camera: false, sharing: false } });
      expected.push(people[index]!.account.userId);
      const took = await dora!.sees(`${expected.length} people`, ({ members }) => ids(members).join() === expected.join());
      assert.ok(took < SOON, `${took} ms`);
    }
    const { members } = await dora!.state();
    assert.deepEqual(
      members.map(({ muted }) => muted),
      [false, true, false],
    );
    await bert!.leave();
    const took = await dora!.sees("Bert gone", ({ members }) => ids(members).join() === [expected[0], expected[2]].join());
    assert.ok(took < SOON, `${took} ms`);
  });
  void crash;
  void MEMBER;
});
