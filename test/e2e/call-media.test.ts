import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { AccessToken, RoomServiceClient } from "livekit-server-sdk";
import type { BrowserContext, Page } from "playwright-core";

import type { CallMember, RoomCallState } from "../../src/media/room-call-state.js";
import type { CallState, Participant } from "../../src/media/calls-state.js";
import type { MediaPage, TestKey } from "./pages/call-media.ts";
import { hears, incoming, openCaller, seesPictures } from "./support/caller-browser.ts";
import { environment, type E2eEnvironment } from "./support/environment.ts";
import { until } from "./support/until.ts";

declare global {
  interface Window {
    /** All tracks that the page has captured. */
    readonly e2eCaptured: readonly MediaStreamTrack[];
  }
}

const SERVICE = "https://sfu.example.org";
const NAMES = ["ada", "ben", "eve"] as const;
type Name = (typeof NAMES)[number];

/** The LiveKit half by itself: real SFU, real browsers; memberships and keys are said by the test. */
describe("the media of a call", () => {
  let stack: E2eEnvironment;
  let browsers: Record<Name, BrowserContext>;

  before(async () => {
    stack = await environment();
    const [ada, ben, eve] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }),
      openCaller({ tone: 610, colour: "green" }),
      openCaller({ tone: 830, colour: "blue" }),
    ]);
    browsers = { ada, ben, eve };
  });

  it("two hear and see each other, encrypted, and mute, deafen and leave", async () => {
    const { ada, ben } = await meeting(["ada", "ben"]);
    await Promise.all([ada.join(), ben.join()]);
    await Promise.all([hears(ada.page, [610]), hears(ben.page, [440])]);

    await ben.act("setCamera", true);
    const camera = await ada.sees("ben", (person) => track(person, "camera"));
    await ada.show(camera.id);
    await seesPictures(ada.page, 1);

    await ben.act("setMicrophone", false);
    await ada.sees("ben", ({ muted }) => muted);
    await hears(ada.page, []);
    await ben.act("setMicrophone", true);
    await hears(ada.page, [610]);

    await ada.act("setDeafened", true);
    await hears(ada.page, []);
    await ben.sees("ada", ({ muted }) => muted);
    await ada.act("setDeafened", false);
    await hears(ada.page, [610]);
    await ben.sees("ada", ({ muted }) => !muted);

    await ben.act("leave");
    await ada.sees("ben", ({ presence }) => presence === "waiting");
    await hears(ada.page, []);
    await ben.hasLetGo();
    await Promise.all([ada.close(), ben.close()]);
  });

  describe("somebody who does not play by the rules", () => {
    let ada: Caller;
    let eve: Caller;
    let everybody: Record<Name, Caller>;

    before(async () => {
      everybody = await meeting(NAMES);
      ({ ada, eve } = everybody);
      await Promise.all([ada.join(), everybody.ben.join()]);
      await hears(ada.page, [610]);
    });
    after(() => Promise.all(Object.values(everybody).map((caller) => caller.close())));

    it("sends in clear: never asked for, not played, and it is said why", async () => {
      await eve.setRoom({ encrypted: false });
      await eve.join({ camera: true });
      const microphone = await ada.sees("eve", (person) => track(person, "microphone"));
      assert.equal(microphone.blocked, "not-encrypted");
      const camera = await ada.sees("eve", (person) => track(person, "camera"));
      assert.equal(camera.blocked, "not-encrypted");
      const element = await ada.show(camera.id);
      await hears(ada.page, [610]);
      assert.equal(await ada.page.evaluate((name) => (document.getElementById(name) as HTMLVideoElement).srcObject, element), null);
      await ada.receives(1);
      await eve.act("leave");
    });

    it("sends in clear what it calls encrypted, beside a picture that it calls clear: silent, and it is said why", async () => {
      await eve.setRoom({ encrypted: false });
      await eve.declare("microphone", 1);
      await eve.join({ camera: true });
      await ada.sees("eve", (person) => track(person, "camera")?.blocked === "not-encrypted");
      await ada.sees("eve", (person) => track(person, "microphone")?.blocked === "key-wrong");
      await hears(ada.page, [610]);
      await ada.receives(2); // it comes in, and comes to nothing
      await eve.act("leave");
    });

    it("encrypts what it calls clear: not played as noise", async () => {
      await eve.setRoom({ encrypted: true });
      await eve.declare("microphone", 0);
      await eve.join();
      await ada.sees("eve", (person) => track(person, "microphone")?.blocked === "not-encrypted");
      await hears(ada.page, [610]);
      await ada.receives(1);
      await eve.act("leave");
      await eve.declare("microphone", 1);
    });

    it("is at the SFU without a membership, with a key that is right: never heard, and counted", async () => {
      const { members } = await ada.room();
      await ada.setRoom({ members: members.filter(({ userId }) => userId !== id("eve")) });
      await eve.join();
      await until("the intruder", async () => (await ada.call())?.intruders === 1);
      await hears(ada.page, [610]);
      await ada.receives(1);
      assert.equal((await ada.call())?.participants.length, 2);

      await ada.setRoom({ members });
      await hears(ada.page, [610, 830]);
      assert.equal((await ada.call())?.intruders, 0);
    });

    it("may not speak: never heard", async () => {
      const { members } = await ada.room();
      await ada.setRoom({ members: members.map((each) => ({ ...each, maySpeak: each.userId !== id("eve") })) });
      await ada.sees("eve", (person) => track(person, "microphone")?.blocked === "not-allowed");
      await hears(ada.page, [610]);
      await ada.setRoom({ members });
      await hears(ada.page, [610, 830]);
    });

    it("has a key that is missing, wrong or refused: silent, said why, and heard when the right one comes", async () => {
      const others = [key("ada", 0, 1), key("ben")].map((each) => ({ ...each, isOwn: each.identity === identityOf("ada") }));
      await eve.setKeys([...others.map((each) => ({ ...each, isOwn: false })), { ...key("eve", 1, 77), isOwn: true }]);
      await ada.sees("eve", (person) => track(person, "microphone")?.blocked === "key-missing");
      const missing = await ada.sees("eve", (person) => track(person, "microphone"));
      assert.ok(Math.abs(Date.now() - missing.blockedSince!) < 20_000);
      await hears(ada.page, [610]);

      await ada.setKeys([...others, key("eve"), key("eve", 1, 78)]);
      await ada.sees("eve", (person) => track(person, "microphone")?.blocked === "key-wrong");
      await hears(ada.page, [610]);

      const refusal = { userId: id("eve"), deviceId: "DEVICE", reason: "device-unverified", at: Date.now() } as const;
      await ada.setKeys(others, [refusal]);
      await ada.sees("eve", (person) => track(person, "microphone")?.blocked === "key-refused");

      await ada.setKeys([...others, key("eve", 1, 77)]);
      await hears(ada.page, [610, 830]);
      await ada.sees("eve", (person) => track(person, "microphone")?.blocked === undefined);
    });
  });

  async function meeting<N extends Name>(names: readonly N[], { encrypted = true } = {}): Promise<Record<N, Caller>> {
    const room = `media-${crypto.randomUUID()}`;
    await service().createRoom({ name: room });
    const members = names.map((name) => member(name));
    const keys = names.map((name) => key(name));
    const callers = await Promise.all(
      names.map(async (name) => {
        const caller = await Caller.open(browsers[name], name, (identity) => access(room, identity));
        await caller.setRoom({
          encrypted,
          members: members.map((other) => ({ ...other, isOwn: other.userId === id(name), isThisDevice: other.userId === id(name) })),
        });
        if (encrypted) await caller.setKeys(keys.map((each) => ({ ...each, isOwn: each.identity === identityOf(name) })));
        return [name, caller] as const;
      }),
    );
    return Object.fromEntries(callers) as Record<N, Caller>;
  }

  function service(): RoomServiceClient {
    return new RoomServiceClient(stack.livekit.address, stack.livekit.apiKey, stack.livekit.apiSecret);
  }

  async function access(room: string, identity: string) {
    const token = new AccessToken(stack.livekit.apiKey, stack.livekit.apiSecret, { identity, ttl: "10m" });
    token.addGrant({ roomJoin: true, room, canPublish: true, canSubscribe: true });
    return { url: stack.livekit.url, token: await token.toJwt() };
  }
});

function id(name: Name): string {
  return `@${name}:example.org`;
}

function identityOf(name: Name): string {
  return `${id(name)}:DEVICE`;
}

function member(name: Name): CallMember {
  return {
    id: `${name}-membership`,
    identity: identityOf(name),
    serviceUrl: SERVICE,
    userId: id(name),
    deviceId: "DEVICE",
    name,
    isOwn: false,
    isThisDevice: false,
    joinedAt: 1,
    maySpeak: true,
  };
}

function key(name: Name, index = 0, fill = NAMES.indexOf(name) + 1): TestKey {
  return { identity: identityOf(name), index, fill };
}

function track(person: Participant, source: Participant["tracks"][number]["source"]) {
  return person.tracks.find((each) => each.source === source);
}

/** One page in the call. */
class Caller {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(
    context: BrowserContext,
    name: Name,
    access: (identity: string) => Promise<{ url: string; token: string }>,
  ): Promise<Caller> {
    const { pages } = await environment();
    const page = await context.newPage();
    page.on("console", (message) => void (process.env["MELO_DEBUG"] && console.log(name, message.text())));
    page.on("pageerror", (error) => console.log(name, error));
    await page.addInitScript(() => {
      const captured: MediaStreamTrack[] = [];
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await ask(constraints);
        captured.push(...stream.getTracks());
        return stream;
      };
      Object.assign(window, { e2eCaptured: captured });
    });
    await page.exposeFunction("giveAccess", () => access(identityOf(name)));
    await page.goto(`${pages}/call-media.html`);
    await page.waitForFunction(() => "media" in window);
    return new Caller(page);
  }

  async join(options: Parameters<MediaPage["act"]>[2] = {}): Promise<void> {
    assert.equal(await this.act("join", "!call", options as never), "done");
  }

  act: MediaPage["act"] = (name, ...args) =>
    this.page.evaluate(([what, given]) => (window.media.act as (...all: unknown[]) => Promise<string>)(what, ...given), [
      name,
      args as unknown[],
    ] as const);

  async call(): Promise<CallState | undefined> {
    return (await this.page.evaluate(() => window.media.state)).call;
  }

  async room(): Promise<RoomCallState> {
    return this.page.evaluate(() => window.media.room);
  }

  async declare(...args: Parameters<MediaPage["declare"]>): Promise<void> {
    await this.page.evaluate((given) => window.media.declare(...given), args);
  }

  /** Waits until packets of exactly so many sounds have come in since now. */
  async receives(count: number): Promise<void> {
    const before = new Map((await incoming(this.page, "audio")).map(({ track: name, packets }) => [name, packets]));
    await until(`${count} sounds that come in`, async () => {
      const now = await incoming(this.page, "audio");
      const coming = now.filter(({ track: name, packets }) => packets > (before.get(name) ?? 0) + 10);
      if (coming.length !== count) throw new Error(JSON.stringify(now));
      return true;
    });
  }

  async setRoom(change: Parameters<MediaPage["setRoom"]>[0]): Promise<void> {
    await this.page.evaluate((what) => window.media.setRoom(what), change);
  }

  async setKeys(...args: Parameters<MediaPage["setKeys"]>): Promise<void> {
    await this.page.evaluate((given) => window.media.setKeys(...given), args);
  }

  async show(trackId: string): Promise<string> {
    return this.page.evaluate((name) => window.media.show(name), trackId);
  }

  /** Waits until something is so of one participant. */
  async sees<T>(name: Name, look: (person: Participant) => T, limit?: number): Promise<NonNullable<Awaited<T>>> {
    return until(
      `what is expected of ${name}`,
      async () => {
        const person = (await this.call())?.participants.find(({ userId }) => userId === id(name));
        const seen = person && (await look(person));
        if (!seen) throw new Error(JSON.stringify(person));
        return seen;
      },
      limit,
    );
  }

  /** Waits until nothing is left of the call: no connection, no worker, and nothing that is captured. */
  async hasLetGo(): Promise<void> {
    await until("nothing left of the call", async () => {
      const left = await this.page.evaluate(() => ({
        connections: window.e2eConnections.open(),
        captured: window.e2eCaptured.filter(({ readyState }) => readyState === "live").length,
        memberships: window.media.left,
      }));
      const workers = this.page.workers().length;
      if (left.connections + left.captured + workers > 0 || left.memberships !== 1) throw new Error(JSON.stringify({ ...left, workers }));
      return true;
    });
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
