// The token API: what each endpoint answers to those who may ask, and how it refuses everybody else. Real Synapse, real LiveKit.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { before, describe, test } from "node:test";

import { AccessToken, RoomServiceClient } from "livekit-server-sdk";
import { computeRtcIdentityRaw } from "matrix-js-sdk/lib/matrixrtc/membershipData/index.js";

import { environment, type E2eEnvironment } from "./support/environment.ts";
import { freshRawUser, type RawUser } from "./support/homeserver.ts";
import { claimsOf, openidToken, ownTokenApi, TokenApiClient, type Answer } from "./support/token-api.ts";
import { until } from "./support/until.ts";

let world: E2eEnvironment;
/** The one that runs beside the homeserver, as it is configured there. */
let service: TokenApiClient;
let rooms: RoomServiceClient;
let ann: RawUser;
let ben: RawUser;
/** Ann's room, which Ben is in too. */
let roomId: string;

before(async () => {
  world = await environment();
  const { livekit, homeserver } = world;
  service = new TokenApiClient(livekit.tokenService);
  rooms = new RoomServiceClient(livekit.address, livekit.apiKey, livekit.apiSecret);
  [ann, ben] = await Promise.all([freshRawUser(homeserver, "ann"), freshRawUser(homeserver, "ben")]);
  roomId = await ann.createRoom({ invite: [ben.userId] });
  await ben.join(roomId);
});

const sfuGet = async (user: RawUser, change: object = {}) => ({
  room: roomId,
  openid_token: await openidToken(user),
  device_id: user.deviceId,
  ...change,
});
const member = (user: RawUser, id = "an-id") => ({ id, claimed_user_id: user.userId, claimed_device_id: user.deviceId });
const getToken = async (user: RawUser, change: object = {}) => ({
  room_id: roomId,
  slot_id: "m.call#ROOM",
  openid_token: await openidToken(user),
  member: member(user),
  ...change,
});
const delayFields = { delay_id: "syd_abc", delay_timeout: 8000, delay_cs_api_url: "https://matrix.example.org" };

function assertRefused({ status, body }: Answer, wantedStatus: number, errcode: string, error?: RegExp): void {
  assert.deepEqual([status, body["errcode"]], [wantedStatus, errcode], JSON.stringify(body));
  assert.equal(typeof body["error"], "string");
  if (error) assert.match(String(body["error"]), error);
}

describe("tokens", () => {
  test("the homeserver names the service, and it gives a token under the device's name", async () => {
    const path = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";
    const { rtc_transports } = await ann.call<{ rtc_transports: object[] }>("GET", path);
    assert.deepEqual(rtc_transports, [{ type: "livekit", livekit_service_url: service.address }]);

    const { status, body, headers } = await service.post("/sfu/get", await sfuGet(ann));
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ["jwt", "url"]);
    assert.equal(body["url"], world.livekit.url);
    assert.equal(claimsOf(body["jwt"]).sub, `${ann.userId}:${ann.deviceId}`);
    assert.equal(headers.get("cache-control"), "no-store");
  });

  test("both endpoints lead to the same call, the newer one under a name that says nothing", async () => {
    const old = claimsOf((await service.post("/sfu/get", await sfuGet(ann))).body["jwt"]);
    const hashed = claimsOf((await service.post("/get_token", await getToken(ben))).body["jwt"]);
    assert.equal(old.video["room"], hashed.video["room"]);
    assert.equal(hashed.sub, await computeRtcIdentityRaw(ben.userId, ben.deviceId, "an-id"));
    assert.match(hashed.sub, /^[A-Za-z0-9+/]{43}$/);
  });

  test("a test of calls is let into a room of its own, where nobody of the call is, and hands over no leave", async () => {
    const slot = { slot_id: "m.call#io.melo.test" };
    const call = claimsOf((await service.post("/get_token", await getToken(ben))).body["jwt"]);
    const tried = claimsOf((await service.post("/get_token", await getToken(ben, slot))).body["jwt"]);
    assert.notEqual(tried.video["room"], call.video["room"]);
    assert.equal(tried.video["canPublish"], true);
    assertRefused(
      await service.post("/delegate_delayed_leave", await getToken(ben, { ...slot, ...delayFields })),
      400,
      "M_BAD_JSON",
      /^slot_id/,
    );
  });

  test("the names are those of the protocol, to the byte", async () => {
    const { memberIdentity, roomAlias } = await import("../../server/identity.ts");
    assert.equal(roomAlias("!room:example.org", "m.call#ROOM"), "TK4o8wNCXi5t5936bOvIzE/X3XFc7cgp3jGRDqK0j5E");
    assert.equal(memberIdentity("@a:example.org", "DEV", "id"), "NQvp+GCJMizSc33GsB9KCbGLtFsJGyE0QMBULfTAV5k");
  });

  test("a token allows what a call needs, for ten minutes, and nothing else", async () => {
    const { video, exp, nbf } = claimsOf((await service.post("/sfu/get", await sfuGet(ann))).body["jwt"]);
    const { room, ...grants } = video;
    assert.match(String(room), /^[A-Za-z0-9+/]{43}$/);
    assert.deepEqual(grants, {
      roomJoin: true,
      canSubscribe: true,
      canPublish: true,
      canPublishSources: ["microphone", "camera", "screen_share", "screen_share_audio"],
      canPublishData: false,
      canUpdateOwnMetadata: false,
      roomCreate: false,
    });
    assert.equal(exp - nbf, 600);
  });

  test("the room at the SFU is made with the token, and by nobody else", async () => {
    const other = await ann.createRoom();
    const { livekit } = world;
    const alias = String(claimsOf((await service.post("/sfu/get", await sfuGet(ann, { room: other }))).body["jwt"]).video["room"]);
    assert.equal((await rooms.listRooms([alias])).length, 1);

    const forged = new AccessToken(livekit.apiKey, livekit.apiSecret, { identity: "somebody" });
    forged.addGrant({ roomJoin: true, room: "a-room-nobody-made" });
    const validate = `${livekit.address}/rtc/validate?access_token=${await forged.toJwt()}`;
    assert.equal((await fetch(validate)).status, 404);
    assert.deepEqual(await rooms.listRooms(["a-room-nobody-made"]), []);
  });
});

describe("refusals", () => {
  test("a wrong OpenID token", async () => {
    const openid_token = { ...(await openidToken(ann)), access_token: "made-up" };
    assertRefused(await service.post("/sfu/get", await sfuGet(ann, { openid_token })), 401, "M_UNAUTHORIZED");
    assertRefused(await service.post("/get_token", await getToken(ann, { openid_token })), 401, "M_UNAUTHORIZED");
    const body = { ...(await getToken(ann, { openid_token })), ...delayFields };
    assertRefused(await service.post("/delegate_delayed_leave", body), 401, "M_UNAUTHORIZED");
  });

  test("an access token of the account in place of an OpenID token", async () => {
    const openid_token = { ...(await openidToken(ann)), access_token: ann.accessToken };
    assertRefused(await service.post("/sfu/get", await sfuGet(ann, { openid_token })), 401, "M_UNAUTHORIZED");
  });

  test("a claim to be somebody else", async () => {
    const claim = { member: member(ann) };
    assertRefused(await service.post("/get_token", await getToken(ben, claim)), 401, "M_UNAUTHORIZED", /another user/);
    const body = { ...(await getToken(ben, claim)), ...delayFields };
    assertRefused(await service.post("/delegate_delayed_leave", body), 401, "M_UNAUTHORIZED", /another user/);
  });

  test("somebody who is not in the room, was never in it, or has left it", async () => {
    const stranger = await freshRawUser(world.homeserver, "stranger");
    assertRefused(await service.post("/sfu/get", await sfuGet(stranger)), 403, "M_FORBIDDEN", /not a member/);
    assertRefused(await service.post("/get_token", await getToken(stranger)), 403, "M_FORBIDDEN", /not a member/);
    await ann.invite(roomId, stranger.userId);
    assertRefused(await service.post("/sfu/get", await sfuGet(stranger)), 403, "M_FORBIDDEN", /not a member/);
    await stranger.join(roomId);
    assert.equal((await service.post("/sfu/get", await sfuGet(stranger))).status, 200);
    await stranger.leave(roomId);
    assertRefused(await service.post("/sfu/get", await sfuGet(stranger)), 403, "M_FORBIDDEN", /not a member/);
    assertRefused(await service.post("/sfu/get", await sfuGet(ann, { room: "!nowhere:example.org" })), 403, "M_FORBIDDEN");
  });

  test("unknown fields, missing fields, and fields of the wrong form; the complaint names the field and repeats nothing", async () => {
    const wrong: [object, RegExp][] = [
      [{ extra: "secret-value" }, /^extra: is not a known field$/],
      [{ openid_token: { ...(await openidToken(ann)), extra: 1 } }, /^openid_token\.extra: is not a known field$/],
      [{ room: undefined }, /^room: is missing$/],
      [{ room: "secret-value" }, /^room: is not of the right form$/],
      [{ room: `!${"x".repeat(255)}` }, /^room: is longer than 255 bytes$/],
      [{ device_id: 7 }, /^device_id: is not valid$/],
      [{ device_id: "secret-value\n" }, /^device_id: is not of the right form$/],
      [{ openid_token: "secret-value" }, /^openid_token: is not valid$/],
      [
        { openid_token: { access_token: "secret-value", matrix_server_name: "evil.example/path?" } },
        /^openid_token\.matrix_server_name: is not a server name$/,
      ],
      [{ delay_id: "secret-value" }, /^delay_timeout: is missing$/],
      [{ ...delayFields, delay_timeout: -1 }, /^delay_timeout: is not valid$/],
      [{ ...delayFields, delay_cs_api_url: "secret-value" }, /^delay_cs_api_url: is not/],
    ];
    for (const [change, error] of wrong) {
      const answer = await service.post("/sfu/get", await sfuGet(ann, change));
      assertRefused(answer, 400, "M_BAD_JSON", error);
      assert.doesNotMatch(JSON.stringify(answer.body), /secret-value/);
    }
    assertRefused(await service.post("/get_token", await getToken(ann, { slot_id: "m.call#OTHER" })), 400, "M_BAD_JSON", /^slot_id/);
    assertRefused(await service.post("/get_token", await getToken(ann, { member: { id: "x" } })), 400, "M_BAD_JSON", /^member\.claimed_/);
    assertRefused(await service.post("/delegate_delayed_leave", await getToken(ann)), 400, "M_BAD_JSON", /^delay_id: is missing$/);
    assertRefused(await service.post("/sfu/get", "[]"), 400, "M_BAD_JSON");
    assertRefused(await service.post("/sfu/get", "null"), 400, "M_BAD_JSON");
    assertRefused(await service.post("/sfu/get", "{not json"), 400, "M_NOT_JSON");
  });

  test("bodies that are too long, announced or not, without reading them whole", async () => {
    assertRefused(await service.post("/sfu/get", JSON.stringify({ room: "x".repeat(20_000) })), 413, "M_TOO_LARGE");
    assert.equal(await sendWithoutEnd(`${service.address}/sfu/get`, 20_000), 413);
  });

  test("other paths and other methods", async () => {
    assertRefused(await service.post("/admin", {}), 404, "M_UNRECOGNIZED");
    assertRefused(await service.get("/sfu/get"), 405, "M_UNRECOGNIZED");
    assertRefused(await service.post("/healthz", {}), 405, "M_UNRECOGNIZED");
    assertRefused(await service.post("/sfu/get/../healthz/", {}), 404, "M_UNRECOGNIZED");
  });

  test("a flood, address by address, and after a while it is over", async () => {
    const own = await ownTokenApi(world, { TOKEN_API_RATE: "60", TOKEN_API_PROXIES: "1" });
    const from = (address: string) => own.post("/delegate_delayed_leave", undefined, { "x-forwarded-for": `6.6.6.6, ${address}` });
    const answers = await Promise.all(Array.from({ length: 70 }, () => from("1.2.3.4")));
    const late = answers.filter(({ status }) => status === 429);
    assert.ok(late.length >= 5 && late.length <= 10, `${late.length} of 70 were refused`);
    assertRefused(late[0]!, 429, "M_LIMIT_EXCEEDED");
    assert.equal(late[0]!.headers.get("retry-after"), "1");
    assert.equal(late[0]!.body["retry_after_ms"], 1000);
    assert.equal((await from("1.2.3.5")).status, 400, "another address is not held up");
    assert.equal((await own.get("/healthz")).status, 200, "health is not held up");
    await until("the limit to be over", async () => (await from("1.2.3.4")).status === 400);
  });
});

describe("servers", () => {
  const foreign = { access_token: "abc", token_type: "Bearer", matrix_server_name: "other.example", expires_in: 3600 };

  test("only own homeservers, if that is how it is configured: others are not even asked", async () => {
    const own = await ownTokenApi(world, { TOKEN_API_FOREIGN: "refuse" });
    assertRefused(await own.post("/sfu/get", await sfuGet(ann, { openid_token: foreign })), 403, "M_FORBIDDEN", /own homeserver/);
    assert.equal((await own.post("/sfu/get", await sfuGet(ann))).status, 200);
  });

  test("a foreign homeserver that cannot be asked is told apart from a wrong token", async () => {
    const openid_token = { ...foreign, matrix_server_name: "nowhere.invalid" };
    assertRefused(await service.post("/sfu/get", await sfuGet(ann, { openid_token })), 502, "M_UNKNOWN");
  });

  test("a homeserver speaks for its own people alone", async () => {
    // The same server under a second name: it vouches for Ann, who is not of that name.
    const own = await ownTokenApi(world, {
      TOKEN_API_HOMESERVERS: `${world.serverName}=${world.homeserver},second.example=${world.homeserver}`,
    });
    const openid_token = { ...(await openidToken(ann)), matrix_server_name: "second.example" };
    assertRefused(await own.post("/sfu/get", await sfuGet(ann, { openid_token })), 401, "M_UNAUTHORIZED", /another homeserver/);
  });

  test("people of this machine's network are not to be reached by naming them as a homeserver", async () => {
    const own = await ownTokenApi(world, { TOKEN_API_HOMESERVERS: "own.example=http://localhost:9" });
    for (const name of [world.serverName, "127.0.0.1:1", "[::1]:1", "169.254.169.254", "10.0.0.1:443", "localhost"]) {
      const openid_token = { ...(await openidToken(ann)), matrix_server_name: name };
      assertRefused(await own.post("/sfu/get", await sfuGet(ann, { openid_token })), 502, "M_UNKNOWN");
    }
    const reasons = own.log.filter((line) => line.includes("no public address") || line.includes("not a public address"));
    assert.equal(reasons.length, 6, own.log.join(""));
  });
});

describe("the service itself", () => {
  test("pages of every origin may ask, or of the configured ones", async () => {
    const ask = async ({ address }: TokenApiClient, origin: string) =>
      fetch(`${address}/sfu/get`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
      });
    const open = await ask(service, "https://page.example");
    assert.equal(open.status, 204);
    assert.equal(open.headers.get("access-control-allow-origin"), "*");
    assert.match(open.headers.get("access-control-allow-methods") ?? "", /POST/);
    assert.match(open.headers.get("access-control-allow-headers") ?? "", /content-type/);
    assert.equal((await service.post("/sfu/get", "")).headers.get("access-control-allow-origin"), "*", "refusals can be read too");

    const own = await ownTokenApi(world, { TOKEN_API_ORIGINS: "https://page.example" });
    assert.equal((await ask(own, "https://page.example")).headers.get("access-control-allow-origin"), "https://page.example");
    assert.equal((await ask(own, "https://evil.example")).headers.get("access-control-allow-origin"), null);
  });

  test("an empty request shows that leaves can be handed over: anything but 404", async () => {
    assertRefused(await service.post("/delegate_delayed_leave"), 400, "M_NOT_JSON");
  });

  test("health tells the truth", async () => {
    const healthy = await service.get("/healthz");
    assert.deepEqual([healthy.status, healthy.body], [200, { sfu: "ok", store: "ok" }]);
    const lost = await ownTokenApi(world, { LIVEKIT_API_URL: "http://localhost:9" });
    assert.deepEqual((await lost.get("/healthz")).body, { sfu: "failed", store: "ok" });
    assert.equal((await lost.get("/healthz")).status, 503);
    const wrongKey = await ownTokenApi(world, { LIVEKIT_API_SECRET: "w".repeat(40) });
    assert.equal((await wrongKey.get("/healthz")).status, 503);
    assertRefused(await wrongKey.post("/sfu/get", await sfuGet(ann)), 503, "M_UNKNOWN", /media server/);
  });

  test("webhooks count only with the SFU's signature over just this body", async () => {
    const { apiKey, apiSecret } = world.livekit;
    const body = JSON.stringify({ event: "participant_left", room: { name: "x" }, participant: { identity: "y" } });
    const signed = async (secret: string, text: string) => {
      const token = new AccessToken(apiKey, secret);
      token.sha256 = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("base64");
      return { authorization: await token.toJwt() };
    };
    assertRefused(await service.post("/sfu_webhook", body), 401, "M_UNAUTHORIZED");
    assertRefused(await service.post("/sfu_webhook", body, await signed("w".repeat(40), body)), 401, "M_UNAUTHORIZED");
    assertRefused(await service.post("/sfu_webhook", body, await signed(apiSecret, `${body} `)), 401, "M_UNAUTHORIZED");
    assert.equal((await service.post("/sfu_webhook", body, await signed(apiSecret, body))).status, 200);
  });

  test("no token, delay id, device or room reaches the log", async () => {
    const own = await ownTokenApi(world);
    const secret = randomBytes(12).toString("hex");
    const openid_token = await openidToken(ann);
    const { body } = await own.post("/sfu/get", await sfuGet(ann, { openid_token, ...delayFields, delay_id: `syd_${secret}` }));
    await own.post("/sfu/get", await sfuGet(ann, { openid_token: { ...openid_token, access_token: secret } }));
    await own.post(`/${secret}`, {});
    await own.post("/sfu_webhook", "{}", { authorization: secret });
    assert.ok(body["jwt"]);
    await until("lines of each request", () => own.log.filter((line) => line.includes('"request"')).length === 4);
    const log = own.log.join("");
    for (const hidden of [secret, String(openid_token["access_token"]), String(body["jwt"]), ann.userId, ann.deviceId, roomId])
      assert.ok(!log.includes(hidden), `${hidden} is in the log`);
    for (const line of own.log) assert.equal(typeof JSON.parse(line), "object");
  });
});

/** Sends a body in pieces of which nobody says how many there are, and never ends it. Resolves with the status. */
function sendWithoutEnd(address: string, bytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(address, { method: "POST", headers: { "transfer-encoding": "chunked" } }, (answer) => {
      resolve(answer.statusCode ?? 0);
      sent.destroy();
    });
    sent.on("error", reject);
    sent.write("x".repeat(bytes));
  });
}
