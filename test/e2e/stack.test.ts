// The command that everything begins with: `npm run stack -- --json`.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { findPortBase, PORTS, temporaryBase } from "../../demo/stack/ports.ts";
import { STACK_PORTS, type StackInfo } from "../../demo/stack/stack.ts";
import { atEnd } from "./support/at-end.ts";
import { RefusedError, register, signIn } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

const clone = fileURLToPath(new URL("../..", import.meta.url));
const portBase = await findPortBase(STACK_PORTS, undefined, temporaryBase());

describe("npm run stack", { timeout: 180_000 }, () => {
  test("seeds people and rooms, keeps what happens between starts, and forgets it with --fresh", async () => {
    const first = await start("--fresh");
    atEnd(() => rm(first.info.stateFolder, { recursive: true, force: true }));
    assert.deepEqual(
      first.info.users.map(({ username }) => username),
      ["alice", "bob", "carol"],
    );
    assert.deepEqual(
      first.info.rooms.map(({ alias, encrypted }) => [alias.split(":")[0], encrypted]),
      [
        ["#garden", true],
        ["#square", false],
      ],
    );
    const visitor = await register(first.info.homeserver, "dan");
    await first.end("SIGTERM");

    const second = await start();
    assert.deepEqual(second.info, first.info);
    await signIn(second.info.homeserver, visitor);
    await second.end("SIGTERM");

    const third = await start("--fresh");
    await assert.rejects(signIn(third.info.homeserver, visitor), (error) => error instanceof RefusedError && error.status === 403);
    await third.end("SIGTERM");
  });

  test("leaves no process behind: on Ctrl-C, and when it is killed itself", async () => {
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      const { info, end } = await start();
      assert.ok(await answers(`${info.livekit?.tokenService}/healthz`));
      await end(signal);
      await until("no homeserver", async () => {
        assert.equal(await answers(`${info.homeserver}/_matrix/client/versions`), false);
        return true;
      });
      await until("no LiveKit and no token API", async () => {
        assert.equal(await answers(info.livekit?.address ?? ""), false);
        assert.equal(await answers(info.livekit?.tokenService ?? ""), false);
        return true;
      });
    }
  });

  test("names a port that is in use", async () => {
    const port = portBase + PORTS.homeserver;
    const squatter = createServer().listen(port, "127.0.0.1");
    await once(squatter, "listening");
    const child = run();
    let said = "";
    child.stderr?.on("data", (chunk) => (said += String(chunk)));
    const [code] = (await once(child, "close")) as [number];
    squatter.close();
    assert.equal(code, 1);
    assert.match(said, new RegExp(`Port ${port} \\(homeserver\\) is in use`));
  });
});

function run(...args: string[]): ChildProcess {
  const child = spawn("npm", ["run", "--silent", "stack", "--", "--json", "--port-base", String(portBase), ...args], {
    cwd: clone,
    stdio: ["ignore", "pipe", "pipe"],
  });
  atEnd(() => child.kill("SIGKILL"));
  return child;
}

async function start(...args: string[]): Promise<{ info: StackInfo; end: (signal: NodeJS.Signals) => Promise<void> }> {
  const child = run(...args);
  const said: string[] = [];
  child.stderr?.on("data", (chunk) => said.push(String(chunk)));
  const line = await Promise.race([
    once(createInterface({ input: child.stdout! }), "line").then(([first]) => String(first)),
    once(child, "close").then(() => Promise.reject(new Error(`The stack ended before it was ready:\n${said.join("")}`))),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return { info: JSON.parse(line) as StackInfo, end };
}

async function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    () => true,
    () => false,
  );
}
