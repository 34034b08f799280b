import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { CallsState } from "../../src/media/calls-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { Caller, enterRoom } from "./support/callers.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

describe("a call that rings", () => {
  let anna: Account;
  let annas: Caller;
  let berts: ChatPage[];
  let direct: string;

  before(async () => {
    const stack = await environment();
    const browser = await openBrowser();
    const [one, bert] = await Promise.all([register(stack.homeserver, "anna"), register(stack.homeserver, "bert")]);
    anna = one;
    const profile = await openProfile(browser);
    const [first, second] = await Promise.all([ChatPage.signedIn(await openProfile(browser), anna), ChatPage.signedIn(profile, bert)]);
    const other = await ChatPage.open(profile);
    await other.ready();
    berts = [second, other];
    direct = await first.createRoom({ direct: true, invite: [bert.userId] });
    await enterRoom(second, direct);
    annas = await new Caller(first, direct).watch();
    for (const chat of berts) await chat.frame.evaluate(() => void window.chatSession!.calls.subscribe(() => {}));
  });

  async function ringIs(what: string, passes: (state: CallsState) => boolean): Promise<void> {
    for (const chat of berts)
      await until(what, async () => {
        const state = await chat.frame.evaluate(() => structuredClone(window.chatSession!.calls.state));
        if (passes(state)) return true;
        throw new Error(JSON.stringify(state));
      });
  }

  it("says who and where, and is missed when the caller gives up", async () => {
    await annas.join({ notify: "ring", intent: "video" });
    await ringIs(
      "ringing",
      ({ incoming }) =>
        incoming.length === 1 &&
        incoming[0]!.status === "ringing" &&
        incoming[0]!.callerId === anna.userId &&
        incoming[0]!.roomId === direct &&
        incoming[0]!.intent === "video",
    );
    await annas.leave();
    await ringIs("missed", ({ incoming }) => incoming.length === 1 && incoming[0]!.status === "missed");
    await berts[1]!.frame.evaluate(() => window.chatSession!.calls.dismiss(window.chatSession!.calls.state.incoming[0]!.id));
    await ringIs("nothing", ({ incoming }) => incoming.length === 0);
    assert.deepEqual((await annas.state()).members, []);
  });

  it("stops everywhere when it is declined in one tab", async () => {
    await annas.join({ notify: "ring" });
    await ringIs("ringing", ({ incoming }) => incoming.length === 1 && incoming[0]!.status === "ringing");
    await berts[1]!.frame.evaluate(() => window.chatSession!.calls.decline(window.chatSession!.calls.state.incoming[0]!.id));
    await ringIs("nothing", ({ incoming }) => incoming.length === 0);
    await annas.leave();
    await ringIs("still nothing", ({ incoming }) => incoming.length === 0);
  });
});
