// The doctor's own media: a real browser that it starts by itself, through the real token API and SFU.

import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";

import type { Check } from "../../deploy/examination/check.ts";
import { loopbackTcp, loopbackTurn, loopbackUdp } from "../../deploy/examination/checks/loopback.ts";
import { examine, type Result } from "../../deploy/examination/examine.ts";
import { Patient } from "../../deploy/examination/patient.ts";
import { buildLoopbackPage } from "../../scripts/loopback-page.ts";
import { environment } from "./support/environment.ts";

describe("the doctor sends media through the SFU and back", () => {
  let folder: string;

  before(async () => {
    await buildLoopbackPage();
    folder = await mkdtemp(join(tmpdir(), "melo-doctor-test-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("over UDP and over TCP, and says what TURN would be good for", async (test) => {
    const { chromium } = await environment();
    const [udp, tcp, turn] = await examined(test, chromium, [loopbackUdp, loopbackTcp, loopbackTurn]);
    assert.equal(udp!.verdict, "ok", udp!.reason);
    assert.equal(tcp!.verdict, "ok", tcp!.reason);
    assert.match(tcp!.reason, /Sound and picture came back, decrypted: connected in \d+ ms/);
    assert.equal(turn!.verdict, "skipped");
    assert.match(turn!.reason, /names no TURN server/);
  });

  test("and names UDP where it is closed, with TCP still well", async (test) => {
    const { chromium } = await environment();
    const program = join(folder, "chromium-without-udp");
    await writeFile(program, `#!/bin/sh\nexec "${chromium}" --webrtc-ip-handling-policy=disable_non_proxied_udp "$@"\n`);
    await chmod(program, 0o755);
    const [udp, tcp] = await examined(test, program, [loopbackUdp, loopbackTcp]);
    assert.equal(udp!.verdict, "failed");
    assert.match(udp!.reason, /no way to the SFU/);
    assert.match(udp!.remedy ?? "", /UDP port/);
    assert.equal(tcp!.verdict, "ok", tcp!.reason);
  });

  test("and says what is missing where there is no browser, or one that does not start", async (test) => {
    const [none] = await examined(test, join(folder, "nothing"), [loopbackUdp]);
    assert.equal(none!.verdict, "skipped");
    assert.match(none!.reason, /none was found/);
    assert.match(none!.remedy ?? "", /CHROME_PATH/);
    const [broken] = await examined(test, "/bin/false", [loopbackUdp]);
    assert.equal(broken!.verdict, "skipped");
    assert.match(broken!.reason, /did not start, or ended/);
  });
});

async function examined(test: TestContext, browser: string, checks: readonly Check[]): Promise<Result[]> {
  const { homeserver } = await environment();
  const before = process.env["CHROME_PATH"];
  process.env["CHROME_PATH"] = browser;
  const patient = new Patient({ target: homeserver, local: true });
  try {
    const results = await examine(patient, checks, { begin: () => {}, end: () => {} });
    for (const { id, verdict, reason, took } of results) test.diagnostic(`${id}: ${verdict}, ${reason} (${took} ms)`);
    return results;
  } finally {
    await patient.release();
    if (before === undefined) delete process.env["CHROME_PATH"];
    else process.env["CHROME_PATH"] = before;
  }
}
