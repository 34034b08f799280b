// The visitor's own test of calls, on the deployment's page: every way to its SFU, the relay included, and what it says when the relay is gone.

import assert from "node:assert/strict";
import { after, before, describe, test, type TestContext } from "node:test";

import { trustedKeys } from "../../../deploy/examination/loopback/trusted-keys.ts";
import type { MeloSession } from "../../../src/elements/melo-session.js";
import type { CallTestFinding, CallTestStep } from "../../../src/media/call-test-state.js";
import { until } from "../../e2e/support/until.ts";
import { NativeDeployment } from "../support/native.ts";
import { PASSWORD, PATIENCE, Visitor } from "../support/visitor.ts";

describe("the test of calls on a deployment's page", { timeout: 25 * 60_000 }, () => {
  let deployment: NativeDeployment;
  let ana: Visitor;

  before(async () => {
    deployment = await NativeDeployment.start();
    await deployment.register("ana", PASSWORD);
    // Chromium believes a TURN server's certificate as little as any other: it is told the key of this one.
    const keys = await trustedKeys([deployment.relay], await deployment.http());
    assert.equal(keys.length, 1, "coturn has a certificate of the deployment's authority");
    ana = await Visitor.open(deployment, 440, "red", [`--ignore-certificate-errors-spki-list=${keys.join(",")}`]);
    await ana.signIn("ana");
    await ana.page.evaluate(async () =>
      document.querySelector<MeloSession>("melo-session")!.session!.createVoiceChannel({ name: "Garden" }),
    );
    await ana.page.goto(`${deployment.address}/?call-test`);
  });

  after(async () => {
    await ana?.close();
    await deployment?.end();
  });

  test("is well by UDP, by TCP, and by TURN over TLS", async (t) => {
    const findings = await tested(ana, t);
    for (const step of ["encryption", "service", "sfu", "udp", "tcp", "turn"] as const) assert.equal(verdict(findings, step), "well: well");
    assert.equal(findings.find(({ step }) => step === "turn")?.figures?.relay, "tls");
    assert.match(await said(ana, "turn"), /What was sent came back.*relayed over TLS/s);
  });

  test("names the relay, what that means and who can mend it, when coturn has stopped", async (t) => {
    await deployment.stopPart("coturn");
    try {
      const findings = await tested(ana, t);
      assert.deepEqual(
        findings.filter(({ step, verdict: how }) => how !== "well" && !DEVICES.has(step)).map(({ step }) => step),
        ["turn"],
      );
      assert.equal(verdict(findings, "turn"), "attention: blocked");
      assert.match(
        await said(ana, "turn"),
        /names a detour, which does not carry calls from here\. They take another way.*Whoever runs the server.*TURN server runs.*port/s,
      );
    } finally {
      await deployment.startPart("coturn");
    }
  });

  test("is well again when coturn runs again", async (t) => {
    assert.equal(verdict(await tested(ana, t), "turn"), "well: well");
  });
});

/** How they are on a busy machine is not the server's doing. */
const DEVICES: ReadonlySet<CallTestStep> = new Set(["devices", "permission", "level", "echo", "loss"]);

/** Clicks through a whole test, and tells what it has found. */
async function tested({ page }: Visitor, t: TestContext): Promise<readonly CallTestFinding[]> {
  const element = page.locator("melo-call-test");
  await element.getByRole("button", { name: /^Test/ }).click({ timeout: PATIENCE });
  await element.getByRole("button", { name: "Stop the test" }).waitFor({ timeout: PATIENCE });
  await element.getByRole("button", { name: "Test again" }).waitFor({ timeout: PATIENCE });
  const { status, findings } = await until("the state", () =>
    page.evaluate(() => structuredClone(document.querySelector<MeloSession>("melo-session")!.session!.calls.test.state)),
  );
  for (const { step, verdict: how, reason, error, figures } of findings)
    t.diagnostic(`${step}: ${how}, ${reason} ${error ?? ""} ${JSON.stringify(figures ?? {})}`);
  assert.equal(status, "done");
  return findings;
}

function verdict(findings: readonly CallTestFinding[], wanted: CallTestStep): string {
  const { verdict: how, reason } = findings.find(({ step }) => step === wanted) ?? {};
  return `${how}: ${reason}`;
}

/** What the element says of a step, in its report. */
async function said({ page }: Visitor, step: CallTestStep): Promise<string> {
  const element = page.locator("melo-call-test");
  const report = element.locator("pre");
  if (!(await report.isVisible())) await element.locator("summary").click();
  const lines = (await report.innerText()).split("\n");
  const begin = lines.findIndex((line) => line.includes(`[${step}:`));
  assert.notEqual(begin, -1, lines.join("\n"));
  return lines.slice(begin, begin + 4).join("\n");
}
