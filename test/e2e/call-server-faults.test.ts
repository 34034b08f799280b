// The services fall and come back during a call. How long the way back took is told; ten seconds are promised, and three times as many are asserted on a machine that does much else.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";

import { startStack, type Stack } from "../../demo/stack/stack.ts";
import { CallPage } from "./support/call-page.ts";
import { hears, listen, openCaller, tonesIn } from "./support/caller-browser.ts";
import { register } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

/** What is promised for the way back, in ms. */
const BACK = 10_000;
/** What a test waits for it. */
const PATIENCE = 60_000;

describe("two people in a call", () => {
  let stack: Stack;
  let hers: CallPage;
  let his: CallPage;
  let room: string;

  before(async () => {
    stack = await startStack({ temporary: true, voice: "required" });
    const { homeserver } = stack;
    const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    [hers, his] = await Promise.all([
      openCaller({ tone: 440, colour: "red" }).then((context) => CallPage.signedIn(context, alice, { homeserver })),
      openCaller({ tone: 610, colour: "green" }).then((context) => CallPage.signedIn(context, bob, { homeserver })),
    ]);
    room = await hers.createVoiceChannel({ name: "Rock", invite: [bob.userId] });
    await his.enter(room);
    for (const page of [hers, his]) {
      await page.show("melo-call", room);
      await page.join(room);
    }
    await bothHear();
  });
  after(() => stack.stop());

  it("go on talking while the homeserver is away, and are still in the call when it is back", async (test) => {
    await stack.synapse.kill();
    const fell = Date.now();
    for (let count = 0; count < 3; count++) await bothHear();
    await until("ten seconds", () => Date.now() - fell >= 10_000);
    await stack.synapse.start();
    const back = Date.now();
    await Promise.all(
      [hers, his].map((page) =>
        page.roomCallIs(room, "with both, and this one in it", ({ members, own }) => members.length === 2 && own === "joined", PATIENCE),
      ),
    );
    test.diagnostic(`both are members, and know it, ${Date.now() - back} ms after the homeserver came back`);
    assert.ok(Date.now() - back < 3 * BACK, `${Date.now() - back} ms`);
    await bothHear();
    test.diagnostic(
      `both heard ${Date.now() - back} ms after it, with media keys ${await hers.keyIndex(room)} and ${await his.keyIndex(room)}`,
    );
  });

  it("hear each other again soon after the SFU was killed and came back, without a click, though one first gets a token that has expired", async (test) => {
    let expired = 0;
    await hers.page.context().route(/\/sfu\/get$/, async (route) => {
      const response = await route.fetch();
      if (expired > 0 || route.request().method() !== "POST" || !response.ok()) return route.fulfill({ response });
      expired++;
      const { url, jwt } = (await response.json()) as { url: string; jwt: string };
      await route.fulfill({ response, json: { url, jwt: expiredToken(jwt, stack.livekit!.apiSecret) } });
    });
    await stack.sfu!.kill();
    await Promise.all([hers, his].map((page) => page.callIs("reconnecting", ({ status }) => status === "reconnecting", PATIENCE)));
    const fell = Date.now();
    await until("five seconds", () => Date.now() - fell >= 5_000);
    await stack.sfu!.start();
    const back = Date.now();
    await Promise.all([hers, his].map(({ page }) => until("a tone", async () => tonesIn(await listen(page, 500)).length > 0, PATIENCE)));
    test.diagnostic(`heard again ${Date.now() - back} ms after the SFU came back`);
    assert.ok(Date.now() - back < 3 * BACK, `${Date.now() - back} ms`);
    await bothHear();
    assert.equal(expired, 1);
    for (const page of [hers, his]) {
      const clear = await page.page.evaluate(() => window.e2eSentFrames.flatMap((sent) => sent.clear));
      assert.deepEqual(clear, [], "nothing went out in clear on the way back");
    }
  });

  async function bothHear(): Promise<void> {
    await Promise.all([hears(hers.page, [610], PATIENCE), hears(his.page, [440], PATIENCE)]);
  }
});

/** The same token, an hour too old: as after a night's sleep. */
function expiredToken(jwt: string, secret: string): string {
  const [header, payload] = jwt.split(".") as [string, string];
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number; nbf: number };
  const old = Buffer.from(JSON.stringify({ ...claims, nbf: claims.nbf - 8000, exp: Math.floor(Date.now() / 1000) - 3600 })).toString(
    "base64url",
  );
  return `${header}.${old}.${createHmac("sha256", secret).update(`${header}.${old}`).digest("base64url")}`;
}
