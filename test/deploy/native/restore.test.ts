// A deployment that is backed up, destroyed and restored: the same people, with new devices and their recovery keys.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { hears } from "../../e2e/support/caller-browser.ts";
import { NativeDeployment } from "../support/native.ts";
import { PASSWORD, PATIENCE, Visitor } from "../support/visitor.ts";

const run = promisify(execFile);
const script = (name: string) => join(import.meta.dirname, "../../../deploy", name);

describe("a deployment that was destroyed", { timeout: 25 * 60_000 }, () => {
  let deployment: NativeDeployment;
  let ana: Visitor;
  let ben: Visitor;
  let room: string;
  let file: string;
  let recoveryKeys: [string, string];
  /** What other servers know this one by. */
  let signingKeys: unknown;
  let picture: { readonly uri: string; readonly bytes: Buffer };

  before(async () => {
    deployment = await NativeDeployment.start();
    for (const name of ["ana", "ben"]) await deployment.register(name, PASSWORD);
  });

  after(async () => {
    await Promise.all([ana?.close(), ben?.close()]);
    await deployment?.end();
  });

  test("had people, encrypted messages, media and a backup", async () => {
    ana = await Visitor.open(deployment, 440, "red");
    ben = await Visitor.open(deployment, 610, "blue");
    await Promise.all([ana.signIn("ana"), ben.signIn("ben")]);
    room = await ana.makesChannel(ben);
    await ana.says("the quinces are ripe");
    await ben.reads("the quinces are ripe");
    await ben.says("and the jam is on");
    await ana.reads("and the jam is on");
    // Both: media keys go to devices that their owners have signed, and new ones are signed with the recovery key.
    recoveryKeys = await Promise.all([ana.makeRecoveryKey(), ben.makeRecoveryKey()]);
    signingKeys = await publishedKeys(deployment);
    picture = await upload(deployment);
    await makeOauth(deployment);
    const { stdout } = await run(script("backup"), [join(deployment.folder, "backups")], { env: await scriptEnvironment(deployment) });
    file = stdout.trim();
    await Promise.all([ana.close(), ben.close()]);
  });

  test("is not restored over data that is there, nor from a file that is not whole", async () => {
    const env = await scriptEnvironment(deployment);
    await assert.rejects(run(script("restore"), [file], { env }), /is not empty/);
    await assert.rejects(run(script("restore"), [join(deployment.folder, ".env")], { env }), /no backup of melo/);
  });

  test("has its secrets and its data again after a restore", async () => {
    const env = await scriptEnvironment(deployment);
    const kept = join(deployment.folder, "backups", "kept.env");
    await cp(join(deployment.folder, ".env"), kept);
    await deployment.stop();
    await deployment.destroyData();
    await deployment.makeDatabase(); // while .env is there still: PostgreSQL has to know its password
    await rm(join(deployment.folder, ".env"));
    for (const folder of ["run", "oauth"]) await rm(join(deployment.folder, folder), { recursive: true });
    await mkdir(join(deployment.folder, "data/synapse"), { recursive: true });
    await deployment.startPart("postgres");
    await run(script("restore"), [file], { env });
    assert.equal(await readFile(join(deployment.folder, ".env"), "utf8"), await readFile(kept, "utf8"));
    await deployment.configure();
    await deployment.restart("postgres", "synapse", "livekit", "token-api", "caddy", "coturn");
    assert.deepEqual(await publishedKeys(deployment), signingKeys);
    assert.deepEqual(await download(deployment, picture.uri), picture.bytes);
    assert.equal(await readFile(join(deployment.folder, "oauth/config/config.yaml"), "utf8"), "its secrets");
    assert.equal(await sql(deployment, "oauth", "SELECT name FROM people"), "ana");
  });

  test("lets the same people sign in with new devices, and read their old encrypted messages with their recovery keys", async () => {
    ana = await Visitor.open(deployment, 440, "red");
    ben = await Visitor.open(deployment, 610, "blue");
    await Promise.all([ana.signIn("ana"), ben.signIn("ben")]);
    await Promise.all([ana.enterRecoveryKey(recoveryKeys[0]), ben.enterRecoveryKey(recoveryKeys[1])]);
    await Promise.all([ana.show(room), ben.show(room)]);
    for (const person of [ana, ben]) {
      await person.reads("the quinces are ripe");
      await person.reads("and the jam is on");
    }
    await ana.says("the cellar is dry again");
    await ben.reads("the cellar is dry again");
  });

  test("carries their call again: each hears the other", async () => {
    await Promise.all([ana.call(room), ben.call(room)]);
    await Promise.all([hears(ana.page, [610], PATIENCE), hears(ben.page, [440], PATIENCE)]);
  });
});

async function scriptEnvironment(deployment: NativeDeployment): Promise<NodeJS.ProcessEnv> {
  const { host, port } = deployment.database;
  return {
    ...process.env,
    MELO_FOLDER: deployment.folder,
    MELO_DATABASE: `postgresql://synapse:${(await deployment.env).SECRET_DATABASE}@${host}:${port}/synapse`,
    MELO_PG_DUMP: deployment.programs.pgDump,
    MELO_PG_RESTORE: deployment.programs.pgRestore,
  };
}

/** What stands in for the OAuth service (deploy/oauth): a configuration, and a database of its own. */
async function makeOauth(deployment: NativeDeployment): Promise<void> {
  await mkdir(join(deployment.folder, "oauth/config"), { recursive: true });
  await writeFile(join(deployment.folder, "oauth/config/config.yaml"), "its secrets");
  await sql(deployment, "synapse", "CREATE DATABASE oauth");
  await sql(deployment, "oauth", "CREATE TABLE people (name text); INSERT INTO people VALUES ('ana')");
}

async function sql(deployment: NativeDeployment, database: string, command: string): Promise<string> {
  const address = (await scriptEnvironment(deployment))["MELO_DATABASE"]?.replace(/synapse$/, database) ?? "";
  const flags = ["--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1", "--command", command];
  return (await run(join(dirname(deployment.programs.createdb), "psql"), [...flags, address])).stdout.trim();
}

async function publishedKeys(deployment: NativeDeployment): Promise<unknown> {
  const answer = await (await deployment.http()).request(`${deployment.address}/_matrix/key/v2/server`);
  return (JSON.parse(answer.body.toString()) as { verify_keys: unknown }).verify_keys;
}

async function tokenOf(deployment: NativeDeployment): Promise<string> {
  const answer = await (
    await deployment.http()
  ).request(`${deployment.address}/_matrix/client/v3/login`, {
    method: "POST",
    body: { type: "m.login.password", identifier: { type: "m.id.user", user: "ana" }, password: PASSWORD },
  });
  return (JSON.parse(answer.body.toString()) as { access_token: string }).access_token;
}

/** Bytes that could be an encrypted picture. */
async function upload(deployment: NativeDeployment): Promise<{ uri: string; bytes: Buffer }> {
  const bytes = randomBytes(40_000);
  const answer = await fetch(`${deployment.homeserver}/_matrix/media/v3/upload`, {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenOf(deployment)}`, "content-type": "application/octet-stream" },
    body: bytes,
  });
  return { uri: ((await answer.json()) as { content_uri: string }).content_uri, bytes };
}

async function download(deployment: NativeDeployment, uri: string): Promise<Buffer> {
  const answer = await fetch(`${deployment.homeserver}/_matrix/client/v1/media/download/${uri.slice("mxc://".length)}`, {
    headers: { authorization: `Bearer ${await tokenOf(deployment)}` },
  });
  return Buffer.from(await answer.arrayBuffer());
}
