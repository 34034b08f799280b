import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { ENTRIES, formatEnv, newSecrets, parseEnv, type Env } from "../../deploy/config/env-file.ts";

const INIT = fileURLToPath(new URL("../../deploy/init.ts", import.meta.url));
const FIRST = ["--domain", "example.org", "--mail", "ana@example.org", "--address", "203.0.113.7"];

interface Outcome {
  readonly code: number;
  readonly said: string;
}

describe("deploy/init", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "melo-init-"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const init = (...flags: string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [INIT, "--folder", folder, ...flags], (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
      );
      child.stdin?.end();
    });
  const env = async () => parseEnv(await readFile(join(folder, ".env"), "utf8"));

  /** Every file and its content. */
  async function everything(): Promise<Record<string, string>> {
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")] as const)));
  }

  test("makes the secrets once; a second run changes nothing", async () => {
    assert.equal((await init(...FIRST)).code, 0);
    const before = await everything();
    assert.ok(Object.keys(before).length > 8);
    const again = await init();
    assert.deepEqual(again, { code: 0, said: "Everything is as it was.\n" });
    assert.deepEqual(await everything(), before);
  });

  test("gives the token API a token of its own to ask the homeserver with, which is none of the secrets", async () => {
    await init(...FIRST);
    const registration = await readFile(join(folder, "run/synapse/token-api.yaml"), "utf8");
    const token = /"as_token": "([\w-]{43})"/.exec(registration)?.[1] ?? "";
    assert.match(await readFile(join(folder, "run/token-api.env"), "utf8"), new RegExp(`^TOKEN_API_MEMBERSHIP_TOKEN=${token}$`, "m"));
    assert.match(await readFile(join(folder, "run/synapse/homeserver.yaml"), "utf8"), /"\/config\/token-api\.yaml"/);
    assert.ok(!Object.values(await env()).includes(token));
  });

  test("takes other values later, and keeps every secret", async () => {
    await init(...FIRST);
    const before = await env();
    const outcome = await init("--turn", "turn.example.org", "--registration", "token", "--redis");
    assert.equal(outcome.code, 0, outcome.said);
    const after = await env();
    assert.deepEqual(after, { ...before, MELO_TURN_HOST: "turn.example.org", MELO_REGISTRATION: "token", COMPOSE_PROFILES: "redis,turn" });
    assert.match(await readFile(join(folder, "run/livekit.yaml"), "utf8"), /turn\.example\.org/);
    await init("--turn", "none", "--no-redis", "--registration", "closed");
    assert.deepEqual(await env(), before);
  });

  const NODES = ["--redis", "--private", "10.0.0.1", "--nodes", "203.0.113.8=10.0.0.2"];

  test("renders further LiveKit nodes, which know Redis, and has the web server and the token APIs reach all of them", async () => {
    await init(...FIRST, ...NODES);
    const node = await readFile(join(folder, "run/nodes/203.0.113.8/livekit.yaml"), "utf8");
    assert.match(node, /"node_ip": "203\.0\.113\.8"/);
    assert.match(node, /"address": "10\.0\.0\.1:6379"/);
    const caddyfile = await readFile(join(folder, "run/Caddyfile"), "utf8");
    assert.equal(caddyfile.match(/reverse_proxy http:\/\/livekit:7880 http:\/\/10\.0\.0\.2:7880 /g)?.length, 2);
    assert.match(caddyfile, /reverse_proxy http:\/\/token-api:8080 http:\/\/token-api-2:8080 /);
    for (const name of ["token-api.env", "token-api-2.env"])
      assert.match(await readFile(join(folder, "run", name), "utf8"), /^LIVEKIT_API_URL=http:\/\/caddy:8082$/m);
  });

  test("refuses nodes or workers without what they need, and changes nothing", async () => {
    await init(...FIRST);
    const before = await everything();
    for (const [flags, said] of [
      [["--workers"], /workers need Redis/],
      [["--nodes", "203.0.113.8=10.0.0.2"], /needs Redis(.|\n)*needs MELO_PRIVATE/],
      [["--redis", "--nodes", "203.0.113.8=10.0.0.2"], /needs MELO_PRIVATE/],
      [["--redis", "--private", "10.0.0.1", "--nodes", "203.0.113.8"], /has to be/],
    ] as const) {
      const outcome = await init(...flags);
      assert.equal(outcome.code, 1, flags.join(" "));
      assert.match(outcome.said, said);
      assert.deepEqual(await everything(), before);
    }
  });

  test("takes a .env of before there were nodes, and adds what is new", async () => {
    await init(...FIRST);
    const file = join(folder, ".env");
    const whole = await readFile(file, "utf8");
    await writeFile(file, whole.replace(/^MELO_(PRIVATE|NODES)=\n/gm, ""));
    assert.equal((await init()).code, 0);
    assert.equal(await readFile(file, "utf8"), whole);
  });

  test("refuses another domain, since ids carry it", async () => {
    await init(...FIRST);
    const before = await everything();
    const { code, said } = await init("--domain", "example.net");
    assert.equal(code, 1);
    assert.match(said, /can never be changed/);
    assert.deepEqual(await everything(), before);
  });

  const DAMAGES: Record<string, [damage: (text: string) => string, said: RegExp]> = {
    "a missing secret": [(text) => text.replace(/^SECRET_MACAROON=.*\n/m, ""), /SECRET_MACAROON is missing/],
    "a secret that is cut off": [(text) => text.replace(/^(SECRET_LIVEKIT=.{10}).*$/m, "$1"), /SECRET_LIVEKIT has to be 43/],
    "a misspelt name": [(text) => text.replace("MELO_MAIL", "MELO_MIAL"), /MELO_MIAL is not known(.|\n)*MELO_MAIL is missing/],
    "a name that is there twice": [(text) => `${text}MELO_DOMAIN=example.net\n`, /MELO_DOMAIN is there twice/],
    "a line that is none": [(text) => `${text}<<<<<<< HEAD\n`, /Line \d+ is neither/],
    "a wrong address": [(text) => text.replace("203.0.113.7", "203.0.113.777"), /MELO_ADDRESS is "203.0.113.777"/],
    "an address in place of a host": [(text) => text.replace("MELO_HOST=", "MELO_HOST=https://"), /MELO_HOST is "https:\/\/example.org"/],
    "no content": [() => "", /MELO_DOMAIN is missing/],
  };
  for (const [what, [damage, expected]] of Object.entries(DAMAGES)) {
    test(`a .env with ${what}: says so, shows no secret, and changes nothing`, async () => {
      await init(...FIRST);
      const secrets = Object.entries(await env()).filter(([name]) => name.startsWith("SECRET_"));
      await writeFile(join(folder, ".env"), damage(await readFile(join(folder, ".env"), "utf8")));
      const before = await everything();
      const { code, said } = await init("--mail", "somebody@example.org");
      assert.equal(code, 1);
      assert.match(said, expected);
      assert.match(said, /Nothing was changed/);
      for (const [, secret] of secrets) assert.ok(!said.includes(secret.slice(0, 10)), "a secret is shown");
      assert.deepEqual(await everything(), before);
    });
  }

  test("makes no new secrets where the data of a server is", async () => {
    await mkdir(join(folder, "data/postgres"), { recursive: true });
    const { code, said } = await init(...FIRST);
    assert.equal(code, 1);
    assert.match(said, /put its .env back/);
    assert.deepEqual(await everything(), {});
  });

  test("with nobody to ask, says which option is missing", async () => {
    const { code, said } = await init("--domain", "example.org", "--address", "203.0.113.7");
    assert.equal(code, 1);
    assert.match(said, /--mail is missing/);
    assert.deepEqual(await everything(), {});
  });

  for (const [flag, value] of [
    ["--domain", "Example.org"],
    ["--domain", "example.org\nMELO_X=1"],
    ["--mail", "ana"],
    ["--address", "example.org"],
    ["--registration", "open"],
    ["--turn", "turn.example.org:5349"],
  ] as const) {
    test(`refuses ${flag} ${JSON.stringify(value)}`, async () => {
      const given = FIRST.flatMap((part, index) => (FIRST[index] === flag || FIRST[index - 1] === flag ? [] : [part]));
      const { code, said } = await init(...given, flag, value);
      assert.equal(code, 1);
      assert.match(said, /has to be/);
      assert.deepEqual(await everything(), {});
    });
  }

  test("keeps what it writes from everybody else", async () => {
    await chmod(folder, 0o755);
    await init(...FIRST);
    for (const path of Object.keys(await everything())) assert.equal((await stat(path)).mode & 0o077, 0, path);
  });
});

test("what is written is read back the same", () => {
  const env = Object.fromEntries(Object.keys(ENTRIES).map((name) => [name, ""])) as Env;
  const whole: Env = {
    ...env,
    ...newSecrets(),
    MELO_DOMAIN: "example.org",
    MELO_HOST: "chat.example.org",
    MELO_ADDRESS: "203.0.113.7",
    MELO_MAIL: "ana@example.org",
    MELO_REGISTRATION: "closed",
    MELO_FEDERATION: "on",
    MELO_UID: "1000",
    MELO_GID: "1000",
  };
  assert.deepEqual(parseEnv(formatEnv(whole)), whole);
});
