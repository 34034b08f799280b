// How the token API is configured, and where it keeps what must outlive it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { ConfigError, readEnvironment } from "../../server/environment.ts";
import { openFileStore } from "../../server/leaves/file-store.ts";
import { openRedisStore } from "../../server/leaves/redis-store.ts";
import { keyOf, type LeaveStore, type PendingLeave } from "../../server/leaves/store.ts";
import { RateLimit } from "../../server/rate-limit.ts";
import { atEnd } from "./support/at-end.ts";
import { until } from "./support/until.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const GOOD = {
  LIVEKIT_URL: "wss://rtc.example.org",
  LIVEKIT_API_KEY: "key",
  LIVEKIT_API_SECRET: SECRET,
  TOKEN_API_HOMESERVERS: "example.org=https://matrix.example.org/, other.example:8448",
};

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "melo-token-api-"));
  atEnd(() => rm(folder, { recursive: true }));
});

describe("settings", () => {
  const problemsOf = (env: Record<string, string | undefined>): readonly string[] => {
    try {
      readEnvironment(env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  test("a minimal configuration is safe", () => {
    const config = readEnvironment(GOOD);
    assert.deepEqual(config.livekit, { url: "wss://rtc.example.org", apiUrl: "https://rtc.example.org", apiKey: "key", apiSecret: SECRET });
    assert.deepEqual(
      [...config.homeservers],
      [
        ["example.org", "https://matrix.example.org"],
        ["other.example:8448", undefined],
      ],
    );
    assert.equal(config.foreign, "subscribe");
    assert.equal(config.ttl, 600);
    assert.equal(config.membership, undefined);
  });

  test("everything that is wrong is said at once, a sentence each, and no secret is repeated", () => {
    assert.deepEqual(problemsOf({}), [
      "LIVEKIT_URL is not set.",
      "LIVEKIT_API_KEY is not set.",
      "LIVEKIT_API_SECRET is not set.",
      "TOKEN_API_HOMESERVERS is not set.",
    ]);
    const problems = problemsOf({
      ...GOOD,
      LIVEKIT_URL: "https://rtc.example.org",
      LIVEKIT_API_SECRET: "too-short-secret",
      TOKEN_API_HOMESERVERS: "not a name",
      TOKEN_API_FOREIGN: "everything",
      TOKEN_API_TTL: "forever",
      TOKEN_API_LISTEN: "8080",
      TOKEN_API_STATE_FILE: "/x",
      TOKEN_API_REDIS_URL: "redis://user:too-short-secret@redis",
      TOKEN_API_MEMBERSHIP: "appservice",
      TOKEN_API_FOREIGNERS: "x",
    });
    for (const name of [
      "LIVEKIT_URL",
      "LIVEKIT_API_SECRET",
      "TOKEN_API_HOMESERVERS",
      "TOKEN_API_FOREIGN",
      "TOKEN_API_TTL",
      "TOKEN_API_LISTEN",
    ])
      assert.equal(problems.filter((problem) => problem.startsWith(`${name} `)).length, 1, `${name}: ${problems.join(" | ")}`);
    assert.ok(problems.includes("TOKEN_API_FOREIGNERS is not known: is it misspelt?"));
    assert.ok(problems.includes("TOKEN_API_STATE_FILE and TOKEN_API_REDIS_URL are both set: set one of them."));
    assert.ok(problems.includes("TOKEN_API_MEMBERSHIP_TOKEN is not set."));
    assert.doesNotMatch(problems.join("\n"), /too-short-secret/);
  });

  test("secrets can be read from files", async () => {
    const file = join(folder, "secret");
    await writeFile(file, `${SECRET}\n`);
    const env = { ...GOOD, LIVEKIT_API_SECRET: undefined, LIVEKIT_API_SECRET_FILE: file };
    assert.equal(readEnvironment(env).livekit.apiSecret, SECRET);
    assert.match(
      problemsOf({ ...env, LIVEKIT_API_SECRET_FILE: "/nowhere" }).join(),
      /LIVEKIT_API_SECRET_FILE names "\/nowhere", which cannot be read/,
    );
    assert.match(problemsOf({ ...env, LIVEKIT_API_SECRET: SECRET }).join(), /both set/);
  });

  test("the program says what is wrong and ends with 78; it ends in order when asked to", async () => {
    const main = fileURLToPath(new URL("../../server/main.ts", import.meta.url));
    const bad = spawn(process.execPath, [main], { env: { PATH: process.env["PATH"] }, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    bad.stderr.on("data", (chunk) => (said += String(chunk)));
    assert.deepEqual(await once(bad, "close"), [78, null]);
    assert.match(said, /^LIVEKIT_URL is not set\.$/m);

    const env = { PATH: process.env["PATH"], ...GOOD, TOKEN_API_LISTEN: "127.0.0.1:0", TOKEN_API_STATE_FILE: join(folder, "main.json") };
    const good = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
    let log = "";
    good.stdout.on("data", (chunk) => (log += String(chunk)));
    await until("the service to listen", () => log.includes('"listening"'));
    good.kill("SIGTERM");
    assert.deepEqual(await once(good, "close"), [0, null]);
    assert.match(log, /"stopped"/);
  });
});

test("the limit is per minute, refills steadily, and forgets who is quiet", () => {
  const limit = new RateLimit(60);
  for (let count = 0; count < 60; count++) assert.equal(limit.take("a", 0), 0);
  assert.equal(limit.take("a", 0), 1);
  assert.equal(limit.take("b", 0), 0);
  assert.equal(limit.take("a", 1000), 0);
  assert.equal(limit.take("a", 1000), 1);
  for (let count = 0; count < 60; count++) assert.equal(limit.take("a", 120_000), 0);
});

const leave = (delayId: string, change: Partial<PendingLeave> = {}): PendingLeave => ({
  alias: "call",
  identity: "@a:example.org:DEV",
  serverName: "example.org",
  delayId,
  timeout: 8000,
  takenAt: 0,
  restartedAt: 0,
  seen: false,
  departed: false,
  version: 0,
  ...change,
});

function behavesAsAStore(open: () => Promise<LeaveStore>): void {
  test("gives out what is due, once at a time, until it is saved", async () => {
    const store = await open();
    await store.put(leave("one"), 1000);
    assert.deepEqual(await store.claim(999, 500), []);
    assert.deepEqual(await store.claim(1000, 500), [leave("one")]);
    assert.deepEqual(await store.claim(1499, 500), [], "somebody else has it");
    const [again] = await store.claim(1500, 500);
    assert.ok(again, "whoever had it has not come back");
    assert.equal(await store.save({ ...again, seen: true }, 9000), true);
    assert.deepEqual(await store.claim(8999, 500), []);
    assert.deepEqual(await store.get(leave("one")), leave("one", { seen: true, version: 1 }));
    await store.close();
  });

  test("does not let an old view of a leave overwrite a new one, or the leave that took its place", async () => {
    const store = await open();
    await store.put(leave("one"), 0);
    const seen = await store.get(leave("one"));
    assert.ok(seen);
    assert.equal(await store.save({ ...seen, departed: true }, 0), true);
    assert.equal(await store.save({ ...seen, departed: false }, 0), false);
    assert.equal((await store.get(seen))?.departed, true);
    await store.put(leave("two"), 0);
    assert.equal(await store.save({ ...seen, seen: true }, 0), false);
    await store.remove(seen);
    assert.equal((await store.get(seen))?.delayId, "two");
    await store.remove(leave("two"));
    assert.equal(await store.get(seen), undefined);
    assert.deepEqual(await store.claim(10_000, 1), []);
    await store.close();
  });

  test("keeps what it has been given beyond the process", async () => {
    const first = await open();
    await first.put(leave("one", { identity: "kept" }), 5000);
    await first.close();
    const second = await open();
    assert.equal((await second.get({ alias: "call", identity: "kept" }))?.delayId, "one");
    await second.check();
    await second.remove(leave("one", { identity: "kept" }));
    await second.close();
  });
}

describe("the file", () => {
  behavesAsAStore(() => openFileStore(join(folder, "leaves.json")));

  test("is readable by its owner alone, whole at any time, and looked through at once after a start", async () => {
    const file = join(folder, "many.json");
    const store = await openFileStore(file);
    await Promise.all(Array.from({ length: 200 }, (_, index) => store.put(leave(`id-${index}`, { identity: `p${index}` }), 1e15)));
    assert.equal((JSON.parse(await readFile(file, "utf8")) as unknown[]).length, 200);
    assert.equal((await stat(file)).mode & 0o077, 0);
    const again = await openFileStore(file);
    assert.equal((await again.claim(Date.now(), 1000)).length, 200);
  });

  test("a file that is not one of its own is not overwritten", async () => {
    const file = join(folder, "other.json");
    await writeFile(file, "something else");
    await assert.rejects(openFileStore(file));
    assert.equal(await readFile(file, "utf8"), "something else");
  });
});

const redis = (process.env["PATH"] ?? "")
  .split(":")
  .map((path) => join(path, "redis-server"))
  .find((path) => existsSync(path));

describe("Redis", { skip: redis ? false : "redis-server is not installed" }, () => {
  let url: string;

  before(async () => {
    const port = await freePort();
    const server = spawn(redis ?? "", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], {
      stdio: "ignore",
    });
    atEnd(() => server.kill());
    url = `redis://127.0.0.1:${port}`;
    await until("Redis", async () => {
      const probe = await openRedisStore(url, () => {});
      await probe.close();
      return true;
    });
  });

  behavesAsAStore(() => openRedisStore(url, () => {}));

  test("several services share the work, and each leave has one that looks after it", async () => {
    const stores = await Promise.all([openRedisStore(url, () => {}), openRedisStore(url, () => {}), openRedisStore(url, () => {})]);
    const names = Array.from({ length: 150 }, (_, index) => `p${index}`);
    await Promise.all(names.map((identity, index) => stores[index % 3]!.put(leave("id", { identity }), 0)));
    const claims = await Promise.all([...stores, ...stores].map((store) => store.claim(1000, 60_000)));
    assert.deepEqual(claims.flat().map(keyOf).sort(), names.map((identity) => keyOf({ alias: "call", identity })).sort());
    assert.ok(claims.filter((claim) => claim.length > 0).length > 1, "more than one has had some of it");
    for (const store of stores) await store.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
