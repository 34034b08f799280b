import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { Browser, BrowserContext } from "playwright-core";

import { openBrowser, openProfile } from "./support/browser.ts";
import { Caller, enterRoom } from "./support/callers.ts";
import { ChatPage } from "./support/chat-page.ts";
import { crash } from "./support/crash.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, register, type Account, type RawUser } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

/** How soon a change has to be seen by somebody who is not in the call, in ms. */
const SOON = 2_000;
const MEMBER = "org.matrix.msc3401.call.member";

declare global {
  interface Window {
    /** Everybody who was in the call, each time it changed. */
    occupants?: string[];
  }
}

describe("who is in a call", () => {
  let stack: E2eEnvironment;
  let browser: Browser;
  let witness: RawUser & Account;
  let anna: Account;
  let bert: Account;
  let annasProfile: BrowserContext;
  let annas: Caller;
  let berts: Caller;
  /** Of somebody who never joins. */
  let doras: Caller;
  let room: string;

  before(async () => {
    stack = await environment();
    browser = await openBrowser();
    witness = await freshRawUser(stack.homeserver, "witness");
    const accounts = await Promise.all(["anna", "bert", "dora"].map((name) => register(stack.homeserver, name)));
    [anna, bert] = [accounts[0]!, accounts[1]!];
    annasProfile = await openProfile(browser);
    const chats: ChatPage[] = [];
    for (const [index, account] of accounts.entries())
      // one after the other: a machine that others use too is slow enough
      chats.push(await ChatPage.signedIn(index === 0 ? annasProfile : await openProfile(browser), account));
    const invite = [...accounts.slice(1), witness].map(({ userId }) => userId);
    room = await chats[0]!.frame.evaluate((all) => window.chatSession!.createVoiceChannel(all), { name: "Kitchen", invite, speakLevel: 0 });
    await Promise.all([enterRoom(chats[1]!, room), enterRoom(chats[2]!, room), witness.join(room)]);
    [annas, berts, doras] = (await Promise.all(chats.map((chat) => new Caller(chat, room).watch()))) as [Caller, Caller, Caller];
  });

  const ids = (members: readonly { readonly userId: string }[]) => members.map(({ userId }) => userId).join();

  it("is a room that other clients know as a voice channel, in which everybody may join", async () => {
    const state = await witness.call<{ type: string; content: Record<string, unknown> }[]>(
      "GET",
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state`,
    );
    const content = (type: string) => state.find((event) => event.type === type)?.content;
    assert.equal(content("m.room.create")?.["type"], "org.matrix.msc3417.call");
    assert.equal(content("m.room.encryption")?.["algorithm"], "m.megolm.v1.aes-sha2");
    const events = content("m.room.power_levels")?.["events"] as Record<string, number>;
    assert.deepEqual([events[MEMBER], events["org.matrix.msc4143.rtc.member"], events["io.melo.call.speak"]], [0, 0, 0]);
    assert.equal(events["m.room.power_levels"], 100);
  });

  it("is right within two seconds for somebody who never joins", async () => {
    await doras.sees(
      "an empty channel",
      ({ status, isVoiceChannel, members, canJoin }) =>
        status === "ready" && isVoiceChannel && members.length === 0 && canJoin === "allowed",
    );
    await annas.join();
    assert.ok((await doras.sees("Anna", ({ members }) => ids(members) === anna.userId)) < SOON);
    await berts.join({ data: { muted: false, deafened: false, camera: false, sharing: false } });
    assert.ok((await doras.sees("both", ({ members }) => ids(members) === [anna.userId, bert.userId].join())) < SOON);
    assert.deepEqual(
      (await doras.state()).members.map(({ muted }) => muted),
      [true, false],
    );
    await berts.chat.frame.evaluate(
      (id) => window.chatSession!.room(id).call.tell({ muted: true, deafened: true, camera: true, sharing: false }),
      room,
    );
    await doras.sees("what Bert tells", ({ members }) => members[1]?.deafened === true && members[1].camera === true);
    await berts.leave();
    assert.ok((await doras.sees("Anna alone", ({ members }) => ids(members) === anna.userId)) < SOON);
  });

  it("is not confused by memberships that are none", async () => {
    const state = (content: object, key: string) => witness.setState(room, MEMBER, content, key);
    const good = {
      application: "m.call",
      call_id: "",
      device_id: "X",
      focus_active: { type: "livekit", focus_selection: "multi_sfu" },
      foci_preferred: [],
    };
    await state({ hello: { there: [1, 2, 3] }, application: 7 }, "_a");
    await state({ ...good, expires: 1e15 }, "_b");
    await state({ ...good, expires: 1 }, "_c");
    await state({ ...good, foci_preferred: "all" }, "_d");
    await state({ ...good, device_id: "WHOLE", foci_preferred: [{ type: "livekit", livekit_service_url: "https://rtc.example" }] }, "_e");
    await doras.sees("the one that is whole", ({ members }) => ids(members) === [anna.userId, witness.userId].join());
    assert.equal((await doras.state()).members[1]!.deviceId, "WHOLE");
    await witness.leave(room);
    await doras.sees("nobody who left the room", ({ members }) => ids(members) === anna.userId);
  });

  it("gives access to the SFU of a member, and asks no service that nobody publishes at", async () => {
    const access = (service?: string) =>
      annas.chat.frame.evaluate(
        async ([id, url]) => {
          const { url: address, token } = await window.chatSession!.room(id!).call.access(url);
          return { address, parts: token.split(".").length };
        },
        [room, service],
      );
    const [member] = (await annas.state()).members;
    assert.deepEqual((await access()).parts, 3);
    assert.match((await access(member!.serviceUrl)).address, /^wss?:/);
    await assert.rejects(access("https://elsewhere.example/jwt"), /Nobody in the call/);
  });

  it("loses a hand that is lowered, and keeps one that stays up while its member tells something new", async () => {
    const raise = (raised: boolean) =>
      annas.chat.frame.evaluate(([id, up]) => window.chatSession!.room(id).call.raiseHand(up), [room, raised] as const);
    await raise(true);
    await doras.sees("a raised hand", ({ members }) => members[0]?.handRaisedAt !== undefined);
    const at = (await doras.state()).members[0]!.handRaisedAt;
    await annas.chat.frame.evaluate(
      (id) => window.chatSession!.room(id).call.tell({ muted: false, deafened: false, camera: false, sharing: true }),
      room,
    );
    await doras.sees("the news", ({ members }) => members[0]?.sharing === true);
    await doras.sees("the same hand", ({ members }) => members[0]?.handRaisedAt === at);
    await annas.chat.frame.evaluate((id) => window.chatSession!.room(id).call.react("🎉"), room);
    await doras.sees("an emoji", ({ reactions }) => reactions.some(({ emoji }) => emoji === "🎉"));
    await raise(false);
    await doras.sees("no hand", ({ members }) => members[0]?.handRaisedAt === undefined);
    await annas.leave();
    await doras.sees("an empty channel", ({ members }) => members.length === 0);
  });

  it("may be anybody of an ordinary room, too", async () => {
    const invite = [bert.userId];
    const plain = await annas.chat.createRoom({ name: "Study", invite });
    await enterRoom(berts.chat, plain);
    const guest = await new Caller(berts.chat, plain).watch();
    await guest.sees("a call that he may join", ({ status, canJoin }) => status === "ready" && canJoin === "allowed");
    await guest.join();
    await guest.sees("him in it", ({ members, own }) => own === "joined" && ids(members) === bert.userId);
    await guest.leave();
  });

  it("is without somebody whose only tab died within twenty seconds", async () => {
    await berts.join({ lock: "call-of-bert" });
    await doras.sees("Bert", ({ members }) => ids(members) === bert.userId);
    await crash(berts.chat.page);
    const took = await doras.sees("nobody", ({ members }) => members.length === 0, 30_000);
    assert.ok(took < 20_000, `${took} ms`);
  });

  it("is without a tab that died at once, when another tab of the site runs the client", async () => {
    const follower = await openSecondTab();
    await follower.join({ lock: "call-of-anna" });
    await doras.sees("Anna", ({ members }) => ids(members) === anna.userId);
    await crash(follower.chat.page);
    const took = await doras.sees("nobody", ({ members }) => members.length === 0, 30_000);
    assert.ok(took < 5_000, `${took} ms`);
  });

  it("keeps somebody throughout whose client's tab dies while another tab is in the call", async () => {
    const follower = await openSecondTab();
    await follower.join({ lock: "call-of-anna-again" });
    await doras.sees("Anna", ({ members }) => ids(members) === anna.userId);
    const before = (await doras.state()).members[0]!.joinedAt;
    await doras.chat.frame.evaluate((id) => {
      const { call } = window.chatSession!.room(id);
      window.occupants = [];
      call.subscribe(() => window.occupants!.push(call.state.members.map(({ userId }) => userId).join()));
    }, room);
    await crash(annas.chat.page);
    await until("the other tab running the client", async () => (await follower.chat.session()).role === "owner", 60_000);
    await follower.chat.ready();
    await follower.join();
    await doras.sees("Anna anew", ({ members }) => members.length === 1 && members[0]!.joinedAt > before);
    // The leave that the dead tab had scheduled would have come by now.
    const [begin, joinedAt] = [Date.now(), (await doras.state()).members[0]!.joinedAt];
    await until("the time of the former leave being over", () => Date.now() - begin > 10_000);
    assert.equal((await doras.state()).members[0]?.joinedAt, joinedAt, "the same membership");
    const seen = await doras.chat.frame.evaluate(() => window.occupants!);
    assert.ok(
      seen.every((occupants) => occupants === anna.userId),
      seen.join(" | "),
    );
    await follower.leave();
    await doras.sees("nobody", ({ members }) => members.length === 0);
  });

  async function openSecondTab(): Promise<Caller> {
    const chat = await ChatPage.open(annasProfile);
    await chat.ready();
    await until("a tab that follows", async () => (await chat.session()).role === "follower");
    return new Caller(chat, room).watch();
  }
});
