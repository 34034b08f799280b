import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { BrowserContext } from "playwright-core";

import type { CallsState } from "../../src/media/calls-state.js";
import { openBrowser, openProfile } from "./support/browser.ts";
import { Caller, enterRoom } from "./support/callers.ts";
import { ChatPage } from "./support/chat-page.ts";
import { environment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

describe("a call that rings", () => {
  let anna: Account;
  let bert: Account;
  let profile: BrowserContext;
  let annas: Caller;
  let berts: ChatPage[];
  let direct: string;

  before(async () => {
    const stack = await environment();
    const browser = await openBrowser();
    const [one, two] = await Promise.all([register(stack.homeserver, "anna"), register(stack.homeserver, "bert")]);
    [anna, bert] = [one, two];
    profile = await openProfile(browser);
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

  it("is told of where it was missed while no page was open: who, when, and a way to call back, there and in the room", async () => {
    for (const chat of berts) await chat.close();
    await annas.join({ notify: "ring", intent: "video" });
    await annas.chat.showRoom(direct);
    await until("the call in her own room", async () => {
      const calls = (await annas.chat.items(direct)).filter((item) => item.kind === "state" && item.change.type === "call");
      return calls.length === 3;
    });
    await annas.leave();
    const back = await ChatPage.open(profile, { room: direct, tags: ["melo-call-ring"] });
    berts = [back];
    await back.ready();
    const ring = back.frame.locator("melo-call-ring");
    await ringIs("one that was missed", ({ incoming }) => incoming.length === 1 && incoming[0]!.intent === "video");
    await ring.getByText(/Missed call.*\d/).waitFor();
    assert.equal(await ring.locator("[part~='item']").count(), 1);
    assert.match(await ring.locator("[part~='name']").innerText(), new RegExp(anna.name, "i"));
    const line = back.frame.locator("melo-message", { hasText: "Missed video call from" }).last();
    await line.getByRole("button", { name: "Call back" }).waitFor();
    assert.match(await line.locator("time").innerText(), /\d/);
    // What was missed before, declined and dismissed in the tests above, is in the room for good, and not told again.
    assert.equal(await back.frame.getByText("You declined.").count(), 1);

    await back.reload({ room: direct, tags: ["melo-call-ring"] });
    await back.ready();
    await ring.getByRole("button", { name: "Dismiss" }).click();
    await ringIs("nothing", ({ incoming }) => incoming.length === 0);
    await back.reload({ room: direct, tags: ["melo-call-ring"] });
    await back.ready();
    await line.waitFor();
    assert.equal(await ring.locator("[part~='item']").count(), 0);
  });

  it("is called back from its line in the room", async () => {
    const [back] = berts as [ChatPage];
    await back.frame
      .locator("melo-message", { hasText: "Missed video call from" })
      .last()
      .getByRole("button", { name: "Call back" })
      .click();
    await annas.sees("Bert in the call", ({ members }) => members.length === 1 && members[0]!.userId === bert.userId, 60_000);
    const lastCall = async () =>
      (await back.items(direct))
        .flatMap((item) => (item.kind === "state" && item.change.type === "call" ? { own: item.own, ...item.change } : []))
        .at(-1);
    await until("his own call in the room", async () => (await lastCall())?.own);
    await annas.join();
    await until("an answer", async () => (await lastCall())?.outcome === "answered");
    await back.frame.evaluate(() => window.chatSession!.calls.leave());
    await annas.leave();
    await annas.sees("nobody", ({ members }) => members.length === 0);
  });
});
