// Leaves that are handed over to the token API: put off while the member is connected to the SFU, sent when they are no longer, whatever dies in between.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { RoomServiceClient } from "livekit-server-sdk";
import type { Browser } from "playwright-core";

import { startStack, type LiveKitInfo, type Stack } from "../../demo/stack/stack.ts";
import { atEnd } from "./support/at-end.ts";
import { openBrowser, openProfile } from "./support/browser.ts";
import { freshRawUser, type RawUser } from "./support/homeserver.ts";
import { KeylessListener, type SfuToken } from "./support/keyless-listener.ts";
import { claimsOf, openidToken, TokenApiClient } from "./support/token-api.ts";
import { until } from "./support/until.ts";

const MEMBER = "org.matrix.msc3401.call.member";

let stack: Stack;
let livekit: LiveKitInfo;
let service: TokenApiClient;
let browser: Browser;

before(async () => {
  // A stack of its own: its parts are killed.
  stack = await startStack({ temporary: true, voice: "required" });
  atEnd(() => stack.stop());
  if (!stack.livekit) throw new Error("The stack has no LiveKit.");
  livekit = stack.livekit;
  service = new TokenApiClient(livekit.tokenService);
  browser = await openBrowser();
});

/** Somebody with a membership, and a leave that the homeserver will send after `timeout` ms unless it is put off. */
interface Member {
  readonly user: RawUser;
  readonly roomId: string;
  readonly delayId: string;
  readonly timeout: number;
}

async function member(timeout: number): Promise<Member> {
  const user = await freshRawUser(stack.homeserver, "member");
  const roomId = await user.createRoom();
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/${MEMBER}/${encodeURIComponent(stateKey(user))}`;
  const { delay_id } = await user.call<{ delay_id: string }>("PUT", `${path}?org.matrix.msc4140.delay=${timeout}`, {});
  await user.call("PUT", path, { application: "m.call", call_id: "" });
  return { user, roomId, delayId: delay_id, timeout };
}

const stateKey = ({ userId, deviceId }: RawUser): string => `_${userId}_${deviceId}_m.call`;

/** Asks for a token as Element Call does when it hands its leave over. */
async function handOver({ user, roomId, delayId, timeout }: Member): Promise<SfuToken> {
  const { status, body } = await service.post("/sfu/get", {
    room: roomId,
    openid_token: await openidToken(user),
    device_id: user.deviceId,
    delay_id: delayId,
    delay_timeout: timeout,
    delay_cs_api_url: stack.homeserver,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as SfuToken;
}

async function isIn({ user, roomId }: Member): Promise<boolean> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/${MEMBER}/${encodeURIComponent(stateKey(user))}`;
  return "application" in (await user.call("GET", path));
}

/** What becomes of the member in the next `ms`. */
async function stayOrGo(who: Member, ms: number): Promise<"out" | "still in"> {
  const begin = Date.now();
  return until<"out" | "still in" | undefined>(
    "the time to be over",
    async () => {
      if (!(await isIn(who))) return "out";
      return Date.now() - begin > ms ? "still in" : undefined;
    },
    ms + 30_000,
  );
}

/** Resolves when the member is out, with the ms it took. */
async function untilOut(who: Member, limit: number): Promise<number> {
  const begin = Date.now();
  await until("the member to be out", async () => !(await isIn(who)), limit);
  return Date.now() - begin;
}

async function connect(token: SfuToken): Promise<KeylessListener> {
  const listener = await KeylessListener.open(await openProfile(browser), token);
  const { sub, video } = claimsOf(token.jwt);
  await until("the connection", () => connectedAs(String(video["room"]), sub));
  return listener;
}

async function connectedAs(alias: string, identity: string): Promise<boolean> {
  const rooms = new RoomServiceClient(livekit.address, livekit.apiKey, livekit.apiSecret);
  return (await rooms.listParticipants(alias)).some((participant) => participant.identity === identity);
}

describe("a leave that is handed over", () => {
  test("is put off for as long as the member is connected, and sent within seconds when they go", { timeout: 120_000 }, async () => {
    const who = await member(12_000);
    const listener = await connect(await handOver(who));
    assert.equal(await stayOrGo(who, 24_000), "still in", "twice as long as the homeserver would wait");
    await listener.page.close();
    const took = await untilOut(who, 30_000);
    console.log(`out ${took} ms after the page was closed`);
  });

  test("is sent early, though its own time is an hour, when the connection is lost", { timeout: 120_000 }, async () => {
    const who = await member(3_600_000);
    const own = await openBrowser();
    const token = await handOver(who);
    await KeylessListener.open(await openProfile(own), token);
    const { sub, video } = claimsOf(token.jwt);
    await until("the connection", () => connectedAs(String(video["room"]), sub));
    await own.close();
    console.log(`out ${await untilOut(who, 60_000)} ms after the browser was gone`);
  });

  test("is sent after a restart of the service, though the member went while it was dead", { timeout: 180_000 }, async () => {
    const who = await member(3_600_000);
    const token = await handOver(who);
    const listener = await connect(token);
    await stack.tokenService?.kill();
    await listener.page.close();
    const { sub, video } = claimsOf(token.jwt);
    await until("the SFU to know that they went", async () => !(await connectedAs(String(video["room"]), sub)));
    assert.ok(await isIn(who), "nobody is there to send the leave");
    await stack.tokenService?.start();
    console.log(`out ${await untilOut(who, 60_000)} ms after the service was back`);
  });

  test("is not sent because the SFU or the service restarts, if the member comes back", { timeout: 180_000 }, async () => {
    const who = await member(3_600_000);
    const listener = await connect(await handOver(who));
    await stack.tokenService?.kill();
    await stack.sfu?.kill();
    await stack.sfu?.start();
    await stack.tokenService?.start();
    // A client that is told "no such room" asks for a new token, which makes the room again.
    await listener.page.close();
    const again = await connect(await handOver(who));
    assert.equal(await stayOrGo(who, 20_000), "still in", "longer than anybody may be missing");
    await again.page.close();
    await untilOut(who, 30_000);
  });

  test("is left alone if the member has left properly, or the id is wrong", { timeout: 60_000 }, async () => {
    const who = await member(60_000);
    const path = `/_matrix/client/unstable/org.matrix.msc4140/delayed_events/${who.delayId}/send`;
    await who.user.call("POST", path, {});
    const { status } = await service.post("/sfu/get", {
      room: who.roomId,
      openid_token: await openidToken(who.user),
      device_id: who.user.deviceId,
      delay_id: who.delayId,
      delay_timeout: who.timeout,
      delay_cs_api_url: stack.homeserver,
    });
    assert.equal(status, 200);
    assert.equal(await isIn(who), false);
  });
});

test("whoever is removed from the Matrix room is removed from the call", { timeout: 120_000 }, async () => {
  const owner = await freshRawUser(stack.homeserver, "owner");
  const guest = await freshRawUser(stack.homeserver, "guest");
  const roomId = await owner.createRoom({ invite: [guest.userId] });
  await guest.join(roomId);
  const { body } = await service.post("/sfu/get", { room: roomId, openid_token: await openidToken(guest), device_id: guest.deviceId });
  const token = body as unknown as SfuToken;
  await connect(token);
  const { sub, video } = claimsOf(token.jwt);
  const begin = Date.now();
  await owner.call("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/kick`, { user_id: guest.userId });
  await until("the end of the connection", async () => !(await connectedAs(String(video["room"]), sub)), 30_000);
  console.log(`removed after ${Date.now() - begin} ms`);
  // The SFU still takes the token that they have, and they are out again at once: sometimes before they are quite in.
  const back = Date.now();
  const refusal = await KeylessListener.open(await openProfile(browser), token).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  if (refusal !== undefined) assert.match(refusal, /pc connection|removed|disconnect/i);
  await until("the end of the second connection", async () => !(await connectedAs(String(video["room"]), sub)), 30_000);
  console.log(`removed again after ${Date.now() - back} ms`);
});
