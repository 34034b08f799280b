// The deployment's own page, under its own headers, over https and wss: two people chat and call through it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import type { MeloSession } from "../../../src/elements/melo-session.js";
import { hears, seesPictures } from "../../e2e/support/caller-browser.ts";
import { until } from "../../e2e/support/until.ts";
import { NativeDeployment } from "../support/native.ts";
import { memoryOf, uploadOf } from "../support/usage.ts";
import { PASSWORD, PATIENCE, Visitor } from "../support/visitor.ts";

describe("a deployment", { timeout: 25 * 60_000 }, () => {
  let deployment: NativeDeployment;
  let ana: Visitor;
  let ben: Visitor;
  let room: string;

  before(async () => {
    deployment = await NativeDeployment.start();
    for (const name of ["ana", "ben"]) await deployment.register(name, PASSWORD);
  });

  after(async () => {
    await Promise.all([ana?.close(), ben?.close()]);
    await deployment?.end();
  });

  test("lets two people sign in on its own page and read each other's encrypted messages", async () => {
    ana = await Visitor.open(deployment, 440, "red");
    ben = await Visitor.open(deployment, 610, "blue");
    await Promise.all([ana.signIn("ana"), ben.signIn("ben")]);
    room = await ana.makesChannel(ben);
    await ana.says("the quinces are ripe");
    await ben.reads("the quinces are ripe");
    await ben.says("and the jam is on");
    await ana.reads("and the jam is on");
  });

  test("carries their encrypted call: each hears the other", async () => {
    await Promise.all([ana.call(room), ben.call(room)]);
    await Promise.all([hears(ana.page, [610], PATIENCE), hears(ben.page, [440], PATIENCE)]);
    for (const { page } of [ana, ben]) {
      // Keys rotate while people come: a track may wait for the next one for a moment.
      const call = await until(
        "a call in which nothing is kept back",
        async () => {
          const seen = await page.evaluate(() =>
            structuredClone(document.querySelector<MeloSession>("melo-session")!.session!.calls.state.call),
          );
          const blocked = seen?.participants.flatMap(({ tracks }) => tracks.filter((track) => track.blocked)) ?? [];
          if (blocked.length > 0) throw new Error(JSON.stringify(blocked));
          return seen;
        },
        PATIENCE,
      );
      assert.equal(call.encrypted, true);
      assert.equal(call.status, "connected");
      assert.equal(call.intruders, 0);
    }
  });

  test("and their pictures", async (t) => {
    t.diagnostic(`a voice that never pauses takes ${await uploadOf(ana.page)} kbit/s`);
    await ana.page.evaluate(async () => document.querySelector<MeloSession>("melo-session")!.session!.calls.setCamera(true));
    await seesPictures(ben.page, 1, 10, PATIENCE);
    t.diagnostic(`and with a camera ${await uploadOf(ana.page)} kbit/s`);
    t.diagnostic(`memory in MB: ${JSON.stringify(memoryOf(deployment.folder))}`);
  });

  test("with nothing that its own policy forbids, and no request to anybody else", async () => {
    for (const { log } of [ana, ben]) {
      assert.deepEqual(log.violations, []);
      const origins = new Set(log.requests.filter(({ url }) => url.startsWith("http")).map(({ url }) => new URL(url).origin));
      assert.deepEqual(origins, new Set([deployment.address]));
    }
  });

  test("keeps the tokens in its addresses out of its logs", async () => {
    for (const part of ["caddy", "livekit", "token-api", "synapse"] as const) {
      assert.doesNotMatch(await readFile(deployment.logOf(part), "utf8"), /eyJ[\w-]{20}|syt_\w{10}|access_token=(?!hidden)\w/, part);
    }
  });
});
