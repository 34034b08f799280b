// How the doctor hands its work to a browser: what is secret comes to the one page that it has opened, and to nobody else on the machine.

import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { after, afterEach, before, describe, test } from "node:test";

import { Browser, findBrowser } from "../../deploy/examination/loopback/browser.ts";
import type { WayReport, Work } from "../../deploy/examination/loopback/exchange.ts";
import { PageHost } from "../../deploy/examination/loopback/page-host.ts";

const WORK: Work = {
  access: [
    { url: "wss://sfu.example.org", token: "a-secret-token" },
    { url: "wss://sfu.example.org", token: "another-secret-token" },
  ],
  ways: ["udp"],
};
const REPORT = { way: "udp", error: "call-unreachable" } as const;

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "melo-loopback-"));
  await writeFile(join(folder, "page.js"), "// the page");
});
after(() => rm(folder, { recursive: true }));

describe("the doctor's page", () => {
  let host: PageHost;
  let reports: WayReport[];

  afterEach(() => host.close());

  const open = async (): Promise<void> => {
    reports = [];
    host = await PageHost.open(folder, WORK, (report) => reports.push(report));
  };
  const post = async (path: string, body: string) => {
    const answer = await fetch(new URL(path, host.address), { method: "POST", body });
    return { status: answer.status, text: await answer.text() };
  };
  const enter = async (code: string) => post("/", new URLSearchParams({ code }).toString());
  const codeIn = (page: string) => /name="code" content="([^"]+)"/.exec(page)?.[1] ?? "";

  test("is given once, its work is given once, and what it reports is taken", async () => {
    await open();
    const entry = host.code;
    const page = await enter(entry);
    assert.equal(page.status, 200);
    const code = codeIn(page.text);
    assert.ok(code && code !== entry);
    assert.equal((await enter(entry)).status, 403);
    assert.equal((await post("/result", JSON.stringify({ code, ...REPORT }))).status, 403, "nothing is reported before the work");

    const work = await post("/work", JSON.stringify({ code }));
    assert.deepEqual(JSON.parse(work.text), WORK);
    assert.equal((await post("/work", JSON.stringify({ code }))).status, 403);
    assert.equal((await post("/result", JSON.stringify({ code, ...REPORT }))).status, 200);
    assert.deepEqual(reports, [{ code, ...REPORT }]);
  });

  test("gives nothing secret without the code, nor under another name", async () => {
    await open();
    const attempts = await Promise.all([
      enter(""),
      enter("guess"),
      post("/work", "{}"),
      post("/work", JSON.stringify({ code: host.code })),
      post("/work", "not json"),
      post("/result", JSON.stringify(REPORT)),
      post("/", "x".repeat(100_000)).catch(() => ({ status: 400, text: "" })),
      ...["/", "/work", "/..%2fpackage.json"].map(async (path) => {
        const answer = await fetch(new URL(path, host.address));
        return { status: answer.status, text: await answer.text() };
      }),
    ]);
    for (const { status, text } of attempts) {
      assert.ok(status >= 400, text);
      assert.doesNotMatch(text, /secret/);
    }
    assert.deepEqual(reports, []);
    const { port } = new URL(host.address);
    const renamed = await new Promise<number>((resolve, reject) => {
      const asked = request({ port, host: "127.0.0.1", method: "POST", path: "/", headers: { host: `evil.example:${port}` } }, (answer) =>
        resolve(answer.statusCode ?? 0),
      );
      asked.on("error", reject);
      asked.end(new URLSearchParams({ code: host.code }).toString());
    });
    assert.equal(renamed, 403);
    assert.equal((await fetch(new URL("/page.js", host.address))).status, 200);
  });
});

describe("the doctor's browser", () => {
  test("is the named one, else one of PATH, else one of the usual places", async () => {
    const program = join(folder, "chromium");
    await writeFile(program, "#!/bin/sh\n");
    await chmod(program, 0o755);
    assert.equal(findBrowser({ CHROME_PATH: program, PATH: "" }), program);
    assert.equal(findBrowser({ PATH: `/nowhere:${folder}` }), program);
    assert.equal(
      findBrowser({ CHROME_PATH: "/nowhere/chromium", PATH: folder }),
      undefined,
      "what was named is not replaced by another one",
    );
  });

  test("gets the code by a file of its owner's, not on its command line, and leaves nothing behind", async () => {
    const program = join(folder, "browser");
    const said = join(folder, "said.txt");
    await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > ${said}\nexec sleep 30\n`);
    await chmod(program, 0o755);
    const options = { resolve: { "sfu.example.org": "192.0.2.1" }, trusted: ["a-hash"], loopback: false };
    const browser = await Browser.open(program, "http://127.0.0.1:1/", "the-code", options);
    let flags: string[] = [];
    for (let tries = 0; flags.length < 5 && tries < 50; tries++) {
      await delay(50);
      flags = (await readFile(said, "utf8").catch(() => "")).trim().split("\n");
    }
    assert.ok(!flags.join(" ").includes("the-code"));
    assert.ok(flags.includes("--host-resolver-rules=MAP sfu.example.org 192.0.2.1"));
    assert.ok(flags.includes("--ignore-certificate-errors-spki-list=a-hash"));
    const start = flags.at(-1)!;
    assert.match(await readFile(start, "utf8"), /value="the-code"/);
    assert.equal((await stat(start)).mode & 0o077, 0);
    const profile = join(start, "..");
    assert.equal((await stat(profile)).mode & 0o077, 0);
    await browser.close();
    await assert.rejects(readdir(profile));
  });
});
