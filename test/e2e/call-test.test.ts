// The test of calls, in real browsers, at a real homeserver, token API and SFU.

import assert from "node:assert/strict";
import { before, describe, it, type TestContext } from "node:test";

import type { BrowserContext } from "playwright-core";

import type { CallTestFinding, CallTestState, CallTestStep } from "../../src/media/call-test-state.js";
import { CallPage } from "./support/call-page.ts";
import { hears, openCaller } from "./support/caller-browser.ts";
import { environment } from "./support/environment.ts";
import { register, type Account } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

/** All steps, on a machine with two busy cores. */
const TEST_LIMIT = 120_000;
/** What a browser does that lets no packet out by UDP. */
const NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp";

describe("the test of calls", () => {
  let ada: Account;
  let ben: Account;
  let hers: CallPage;
  let his: CallPage;
  let room: string;

  before(async () => {
    const { homeserver } = await environment();
    [ada, ben] = await Promise.all([register(homeserver, "ada"), register(homeserver, "ben")]);
    hers = await CallPage.signedIn(await openCaller({ tone: 440, colour: "red" }), ada);
    his = await CallPage.signedIn(await openCaller({ tone: 610, colour: "green" }), ben);
  });

  it("says that access is given by room to somebody who is in none, and looks at all the rest", async (test) => {
    const verdicts = verdictsOf(await tested(hers, test));
    assert.equal(verdicts.service, "impossible: no-room");
    assert.equal(verdicts.encryption, "well: well");
    assert.equal(verdicts.udp, "impossible: needs-other");
  });

  it("is well on this stack: devices, voice, worker, access, and encrypted media there and back over UDP and TCP", async (test) => {
    room = await hers.createVoiceChannel({ name: "Kitchen", invite: [ben.userId] });
    await his.enter(room);
    const findings = await tested(hers, test);
    const { loss, ...verdicts } = verdictsOf(findings);
    assert.deepEqual(verdicts, {
      browser: "well: well",
      devices: "well: well",
      permission: "well: well",
      level: "well: well",
      echo: "well: well",
      encryption: "well: well",
      service: "well: well",
      sfu: "well: well",
      udp: "well: well",
      tcp: "well: well",
      turn: "impossible: not-offered",
    });
    assert.ok(loss && !loss.includes("no-way"), loss);
    assert.equal(typeof findings.find(({ step }) => step === "udp")?.figures?.roundTrip, "number");
    await letsGo(hers);
  });

  it("gives a report without anything that says who, where or with what", async () => {
    const { homeserver, livekit } = await environment();
    const { account } = await hers.chat.session();
    await hers.page.locator("melo-call-test summary").click();
    for (const form of ["Text", "JSON"]) {
      await hers.page.locator("melo-call-test").getByLabel(form, { exact: true }).check();
      const report = await hers.page.locator("melo-call-test pre").innerText();
      assert.match(report, /udp/);
      for (const secret of [ada.userId, ada.name, account!.deviceId, room, new URL(homeserver).host, new URL(livekit.url).host])
        assert.ok(!report.includes(secret), `${secret} in ${report}`);
      assert.doesNotMatch(report, /eyJ|syt_|\d+\.\d+\.\d+\.\d+(?!\s)[^\s.]*:\d|candidate:|@\w+:|![\w-]+:/);
    }
    const download = hers.page.waitForEvent("download");
    await hers.page.locator("melo-call-test").getByRole("button", { name: "Download" }).click();
    assert.equal((await download).suggestedFilename(), "call-test.json");
  });

  it("is noticed by nobody who is in the call of that room", async (test) => {
    await his.join(room);
    const seen: string[] = [];
    const watching = watch(his, seen);
    await hers.show("melo-call-test", room);
    await tested(hers, test, false);
    await watching.stop();
    assert.ok(watching.looks() > 10, "somebody looked");
    assert.deepEqual([...new Set(seen)], ["1 participants, 0 intruders, connected"]);
  });

  it("leaves alone a call that this page is in", async (test) => {
    await hers.join(room);
    await hears(his.page, [440]);
    const verdicts = verdictsOf(await tested(hers, test));
    for (const step of ["permission", "level", "echo", "udp", "tcp", "turn", "loss"] as const)
      assert.equal(verdicts[step], "impossible: in-call");
    assert.equal(verdicts.service, "well: well");
    assert.equal((await hers.calls()).call?.status, "connected");
    await hears(his.page, [440]);
    await Promise.all([hers.leave(), his.leave()]);
  });

  it("stops at once, and when a call begins", async () => {
    await begin(hers);
    await hasStep(hers, "level");
    await hers.page.locator("melo-call-test").getByRole("button", { name: "Stop the test" }).click();
    assert.equal((await state(hers)).status, "stopped");
    await letsGo(hers);

    await begin(hers, false);
    await hasStep(hers, "udp");
    await hers.join(room);
    const { status, stoppedByCall } = await state(hers);
    assert.deepEqual({ status, stoppedByCall }, { status: "stopped", stoppedByCall: true });
    await until("the call's connection alone", async () => {
      const open = await hers.page.evaluate(() => window.e2eConnections.open());
      if (open !== 1) throw new Error(`${open} connections`);
      return true;
    });
    await hers.leave();
  });

  it("names UDP where the network lets none through, and goes by TCP", async (test) => {
    const { homeserver } = await environment();
    const context: BrowserContext = await openCaller({ tone: 830, colour: "blue", flags: [NO_UDP] });
    const page = await CallPage.signedIn(context, await register(homeserver, "eve"));
    await page.createVoiceChannel({ name: "Cellar" });
    const findings = await tested(page, test);
    const verdicts = verdictsOf(findings);
    assert.equal(verdicts.udp, "attention: blocked");
    assert.equal(verdicts.tcp, "well: well");
    assert.equal(findings.find(({ step }) => step === "loss")?.figures?.way, "tcp");
  });
});

async function begin(page: CallPage, anew = true): Promise<void> {
  if (anew) await page.page.evaluate(() => window.showTag("melo-call-test"));
  await page.page.locator("melo-call-test").getByRole("button", { name: /^Test/ }).click();
  await until("a test that runs", async () => (await state(page)).status === "running");
}

/** Clicks through a whole test, and tells what it has found. */
async function tested(page: CallPage, test: TestContext, anew = true): Promise<readonly CallTestFinding[]> {
  await begin(page, anew);
  const { findings, error } = await until(
    "the end of the test",
    async () => {
      const now = await state(page);
      if (now.status === "running") throw new Error(JSON.stringify(now));
      return now;
    },
    TEST_LIMIT,
  );
  for (const { step, verdict, reason, figures, error: code } of findings)
    test.diagnostic(`${step}: ${verdict}, ${reason} ${code ?? ""} ${JSON.stringify(figures ?? {})}`);
  assert.equal(error, undefined);
  return findings;
}

async function state(page: CallPage): Promise<CallTestState> {
  return page.page.evaluate(() => structuredClone(window.chatSession!.calls.test.state));
}

async function hasStep(page: CallPage, step: CallTestStep): Promise<void> {
  await until(
    `the step ${step}`,
    async () => {
      const now = await state(page);
      if (now.step !== step) throw new Error(JSON.stringify(now));
      return true;
    },
    60_000,
  );
}

function verdictsOf(findings: readonly CallTestFinding[]): Partial<Record<CallTestStep, string>> {
  return Object.fromEntries(findings.map(({ step, verdict, reason }) => [step, `${verdict}: ${reason}`]));
}

/** Waits until the page has no connection, no worker and no microphone any more. */
async function letsGo(page: CallPage): Promise<void> {
  await until("nothing left of the test", async () => {
    const connections = await page.page.evaluate(() => window.e2eConnections.open());
    const workers = page.page.workers().length;
    if (connections + workers > 0) throw new Error(JSON.stringify({ connections, workers }));
    return true;
  });
}

/** Notes again and again who is in the call. */
function watch(page: CallPage, seen: string[]) {
  let [isOver, looks] = [false, 0];
  const watching = (async () => {
    while (!isOver) {
      const { call } = await page.calls();
      seen.push(`${call?.participants.length} participants, ${call?.intruders} intruders, ${call?.status}`);
      looks++;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  return {
    looks: () => looks,
    async stop() {
      isOver = true;
      await watching;
    },
  };
}
