// Two LiveKit nodes over Redis, two token APIs and a worker of Synapse, as `deploy/init --redis --workers --nodes` renders them: one call, while one part after the other is lost.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { createClient } from "@redis/client";

import { leaveByWebhook } from "../../../deploy/examination/leave-by-webhook.ts";
import { ROOM_CALL, roomAlias } from "../../../server/identity.ts";
import { hears } from "../../e2e/support/caller-browser.ts";
import { until } from "../../e2e/support/until.ts";
import { bad, DOCTOR, patientOf } from "../support/examination.ts";
import { NativeDeployment, type Part } from "../support/native.ts";
import { memoryOf } from "../support/usage.ts";
import { PASSWORD, PATIENCE, Visitor } from "../support/visitor.ts";

/** How long a call that lost its node may stay silent, in ms. The machine may be busy; what it took is printed. */
const BACK = 120_000;

/** The web server asks all replicas every 3 s whether they are there. */
const NOTICED = 5_000;

const NODES = ["livekit", "livekit-2"] as const;
type Node = (typeof NODES)[number];

describe("two LiveKit nodes over Redis, two token APIs and a worker of Synapse", { timeout: 25 * 60_000 }, () => {
  let deployment: NativeDeployment;
  let ana: Visitor;
  let ben: Visitor;
  let room: string;

  before(async () => {
    deployment = await NativeDeployment.start({ scaled: true });
    // LiveKit does not say otherwise who signals through which node.
    await deployment.configure((path, content) =>
      path.endsWith("livekit.yaml") ? content.replace('"level": "info"', '"level": "debug"') : content,
    );
    await deployment.restart(...NODES);
    for (const name of ["ana", "ben"]) await deployment.register(name, PASSWORD);
    await deployment.register(DOCTOR.user, DOCTOR.password);
  });

  after(async () => {
    await Promise.all([ana?.close(), ben?.close()]);
    await deployment?.end();
  });

  test("make the doctor content", async () => {
    assert.deepEqual(await bad(deployment), []);
  });

  test("answer a sync without Synapse's main process: it is the worker's", async () => {
    const patient = await patientOf(deployment);
    const visitor = await patient.visitor();
    assert.ok(visitor);
    const sync = async () => (await visitor.call("GET", "/_matrix/client/v3/sync?timeout=0")).status;
    assert.equal(await sync(), 200);
    await deployment.stopPart("synapse");
    try {
      assert.equal((await visitor.call("GET", "/_matrix/client/v3/joined_rooms")).status, 502, "the main process is away");
      assert.equal(await sync(), 200);
    } finally {
      await deployment.startPart("synapse");
      await patient.release();
    }
  });

  test("carry one call whose people signal through different nodes", async (t) => {
    ana = await Visitor.open(deployment, 440, "red");
    ben = await Visitor.open(deployment, 610, "blue");
    await Promise.all([ana.signIn("ana"), ben.signIn("ben")]);
    room = await ana.makesChannel(ben);
    await Promise.all([ana.call(room), ben.call(room)]);
    await bothHear();
    const signalled = await Promise.all(NODES.map((node) => signalConnections(deployment, node)));
    t.diagnostic(`connections for signalling: ${NODES.map((node, index) => `${signalled[index]} at ${node}`).join(", ")}`);
    t.diagnostic(`memory in MB: ${JSON.stringify(memoryOf(deployment.folder))}`);
    for (const count of signalled) assert.ok(count > 0, "each node has carried somebody's signalling");
  });

  test("lose one token API: the call goes on, and whoever comes back gets a token from the other", async (t) => {
    await deployment.killPart("token-api");
    try {
      await bothHear();
      const begin = Date.now();
      await ben.hangUp();
      await ben.call(room);
      await bothHear();
      t.diagnostic(`left, came back and heard both ways, with one token API of two: ${seconds(begin)} s`);
    } finally {
      await deployment.startPart("token-api");
    }
  });

  test("whoever asks at the moment in which the other dies gets a token all the same", async (t) => {
    await ben.hangUp();
    await delay(NOTICED); // that the first is back
    await deployment.killPart("token-api-2"); // whoever is chosen now is not known to be away
    try {
      const begin = Date.now();
      await ben.call(room);
      await bothHear();
      t.diagnostic(`back in the call, heard both ways, in the moment after a token API of two died: ${seconds(begin)} s`);
    } finally {
      await deployment.startPart("token-api-2");
      await delay(NOTICED);
    }
  });

  test("a leave that was handed to a token API which then died is sent by the other", async (t) => {
    await deployment.killPart("token-api-2"); // so that it is known who takes the leave
    await delay(NOTICED);
    const patient = await patientOf(deployment);
    try {
      const visitor = await patient.visitor();
      assert.ok(visitor);
      const took = await leaveByWebhook(patient, visitor, async () => {
        await deployment.startPart("token-api-2");
        await deployment.killPart("token-api");
      });
      assert.ok(took !== undefined, "the leave is sent");
      t.diagnostic(`the other token API has sent the leave after ${took.toFixed(1)} s`);
    } finally {
      await patient.release();
      await deployment.startPart("token-api");
    }
  });

  test("lose the node that carries the call: it comes back by itself on the other", async (t) => {
    const lost = await nodeOfCall(deployment, room);
    const begin = Date.now();
    await deployment.killPart(lost);
    await until("the call to be on the other node", async () => (await nodeOfCall(deployment, room)) !== lost, BACK);
    t.diagnostic(`the call was on ${lost}, and is on the other node ${seconds(begin)} s after the first was killed`);
    await Promise.all([
      hears(ana.page, [610], BACK).then(() => t.diagnostic(`Ana hears Ben again: ${seconds(begin)} s`)),
      hears(ben.page, [440], BACK).then(() => t.diagnostic(`Ben hears Ana again: ${seconds(begin)} s`)),
    ]);
    await until("a doctor who is content with what is left", async () => (await bad(deployment)).length === 0, PATIENCE);
  });

  test("get the node back: calls go on, and new connections use it", async () => {
    await deployment.startPart((await nodeOfCall(deployment, room)) === "livekit" ? "livekit-2" : "livekit");
    await bothHear();
    await ben.hangUp();
    await ben.call(room);
    await bothHear();
  });

  async function bothHear(): Promise<void> {
    await Promise.all([hears(ana.page, [610], PATIENCE), hears(ben.page, [440], PATIENCE)]);
  }
});

const seconds = (begin: number): string => ((Date.now() - begin) / 1000).toFixed(1);

/** How many browsers have opened their WebSocket at this node. */
async function signalConnections(deployment: NativeDeployment, node: Part): Promise<number> {
  return (await logOf(deployment, node)).filter(({ msg }) => msg === "new client WS connected").length;
}

/** Where the call of the room is, as the nodes have agreed in Redis. */
async function nodeOfCall(deployment: NativeDeployment, room: string): Promise<Node> {
  const client = createClient({ url: `redis://:${(await deployment.env).SECRET_REDIS}@${deployment.redis}` });
  await client.connect();
  const id = await client.hGet("room_node_map", roomAlias(room, ROOM_CALL)).finally(() => client.close());
  for (const node of NODES) {
    const started = (await logOf(deployment, node)).findLast(({ msg }) => msg === "starting LiveKit server");
    if (started?.nodeID === id) return node;
  }
  throw new Error(`no node that runs has the call: ${id}`);
}

async function logOf(deployment: NativeDeployment, part: Part): Promise<{ readonly msg?: string; readonly nodeID?: string }[]> {
  const lines = (await readFile(deployment.logOf(part), "utf8")).split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as { msg?: string; nodeID?: string });
}
