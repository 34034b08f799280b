// Who may enter a call, as the token API of a deployment asks: an application service, whose homeserver answers each person as that person may see the room.
// People of other servers cannot be had on one machine, so the homeserver is a small one that knows what Synapse answers; own people ask a real one in test/e2e/token-api.test.ts.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";

import { startMemberships, type Memberships } from "../../server/memberships.ts";

const ROOM = "!garden:own.example";
const ANA = { userId: "@ana:own.example", serverName: "own.example" };
const BEN = { userId: "@ben:own.example", serverName: "own.example" };
const EVE = { userId: "@eve:other.example", serverName: "other.example" };

describe("an application service that asks who is in a room", () => {
  let homeserver: Server;
  let memberships: Memberships;
  /** Who has joined the room. */
  let joined: Set<string>;
  let asked: string[];

  before(async () => {
    homeserver = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const witness = url.searchParams.get("user_id") ?? "";
      const person = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
      asked.push(`${witness} about ${person}`);
      // As Synapse: nobody acts for another server's people, and nobody sees a room from outside.
      const refused = !witness.endsWith(":own.example") || !joined.has(witness);
      response.writeHead(refused ? 403 : joined.has(person) ? 200 : 404, { "content-type": "application/json" });
      response.end(
        JSON.stringify(refused ? { errcode: "M_FORBIDDEN" } : joined.has(person) ? { membership: "join" } : { errcode: "M_NOT_FOUND" }),
      );
    });
    homeserver.listen(0, "127.0.0.1");
    await once(homeserver, "listening");
  });

  after(() => homeserver.close());

  beforeEach(async () => {
    await memberships?.stop();
    joined = new Set([ANA.userId]);
    asked = [];
    memberships = startMemberships({
      check: { kind: "appservice", url: `http://127.0.0.1:${(homeserver.address() as AddressInfo).port}`, token: "a-token" },
      ttl: 600,
      homeservers: { isOwn: (name) => name === "own.example" },
      sfu: { isConnected: async () => true, remove: async () => {} },
      log: () => {},
    });
  });

  after(() => memberships.stop());

  test("asks about own people in their own names", async () => {
    assert.equal(await memberships.isJoined(ANA, ROOM), true);
    assert.equal(await memberships.isJoined(BEN, ROOM), false);
    assert.deepEqual(asked, ["@ana:own.example about @ana:own.example", "@ben:own.example about @ben:own.example"]);
  });

  test("asks about other servers' people in the name of an own person in the same call", async () => {
    memberships.watch(ANA, { roomId: ROOM, alias: "call", identity: "ana" });
    assert.equal(await memberships.isJoined(EVE, ROOM), false);
    joined.add(EVE.userId);
    assert.equal(await memberships.isJoined(EVE, ROOM), true);
  });

  test("does not ask in the name of somebody who has left, or who is in another call", async () => {
    memberships.watch(BEN, { roomId: ROOM, alias: "call", identity: "ben" });
    memberships.watch(ANA, { roomId: "!other:own.example", alias: "other", identity: "ana" });
    assert.equal(await memberships.isJoined(EVE, ROOM), true, "nobody can be asked");
    memberships.watch(ANA, { roomId: ROOM, alias: "call", identity: "ana" });
    assert.equal(await memberships.isJoined(EVE, ROOM), false);
  });
});
