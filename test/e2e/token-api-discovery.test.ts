// How the token API finds homeservers of other people, and that nobody can make it talk to places it should not.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";

import { Federation } from "../../server/federation/federation.ts";
import { createGuardedRequests, type GuardOptions } from "../../server/federation/guarded-request.ts";
import { isPublicAddress } from "../../server/federation/public-addresses.ts";
import { atEnd } from "./support/at-end.ts";

let ca: string;
let key: string;
let server: Server;
let port: number;
/** What the server was asked: `host path`. */
const asked: string[] = [];
/** What it answers: by `host path`. */
const answers = new Map<string, { status: number; body: string; headers?: Record<string, string> }>();

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), "melo-tls-"));
  atEnd(() => rmSync(folder, { recursive: true }));
  const names = ["subjectAltName=DNS:a.example,IP:127.0.0.1"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", ...names, ...files],
    {
      stdio: "ignore",
    },
  );
  ca = readFileSync(join(folder, "cert.pem"), "utf8");
  key = readFileSync(join(folder, "key.pem"), "utf8");
  server = createServer({ cert: ca, key }, (request, response) => {
    const question = `${request.headers.host} ${request.url}`;
    asked.push(question);
    const { status, body, headers } = answers.get(question) ?? { status: 404, body: "{}" };
    response.writeHead(status, headers).end(body);
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  port = (server.address() as AddressInfo).port;
  atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
});

/** Every name is this machine. */
const everythingIsHere = ((_name: string, _options: object, callback: (...args: unknown[]) => void) =>
  callback(null, [{ address: "127.0.0.1", family: 4 }])) as unknown as NonNullable<GuardOptions["lookup"]>;
const here = (isAllowed: (address: string) => boolean = () => true) => createGuardedRequests({ isAllowed, lookup: everythingIsHere, ca });
const noService = () => Promise.reject(new Error("no such record"));

describe("a server's name", () => {
  // Well-known files are asked for at port 443, where no test can listen, so that they come from a stand-in here.
  const federation = (files: Record<string, unknown>, services: Record<string, { name: string; port: number; priority: number }[]> = {}) =>
    new Federation(
      {
        send: async (target, _method, path) => {
          assert.equal(target.port, 443);
          const body = files[`${target.host}${path}`];
          return body === undefined ? { status: 404, text: "" } : { status: 200, text: JSON.stringify(body) };
        },
      },
      async (name) => services[name] ?? noService(),
    );

  test("with a port, or an address, is taken as it is", async () => {
    assert.deepEqual(await federation({}).resolve("a.example:1234"), {
      host: "a.example",
      port: 1234,
      hostHeader: "a.example:1234",
      certificate: "a.example",
    });
    assert.deepEqual(await federation({}).resolve("[2606:4700::1]"), {
      host: "2606:4700::1",
      port: 8448,
      hostHeader: "[2606:4700::1]",
      certificate: "2606:4700::1",
    });
  });

  test("is followed by its well-known file, then by SRV records, then at port 8448", async () => {
    const file = (server: unknown) => ({ "a.example/.well-known/matrix/server": { "m.server": server } });
    const at = async (files: object, services = {}) => {
      const {
        host,
        port: found,
        hostHeader,
        certificate,
      } = await federation(files as Record<string, unknown>, services).resolve("a.example");
      return `${host}:${found} as ${hostHeader} with the certificate of ${certificate}`;
    };
    const srv = (name: string, priority = 10) => ({ name, port: 4000, priority });
    assert.equal(await at(file("b.example:443")), "b.example:443 as b.example:443 with the certificate of b.example");
    assert.equal(await at(file("b.example")), "b.example:8448 as b.example with the certificate of b.example");
    assert.equal(
      await at(file("b.example"), { "_matrix-fed._tcp.b.example": [srv("late.example", 20), srv("c.example")] }),
      "c.example:4000 as b.example with the certificate of b.example",
    );
    assert.equal(
      await at({}, { "_matrix._tcp.a.example": [srv("c.example")] }),
      "c.example:4000 as a.example with the certificate of a.example",
    );
    assert.equal(await at({}), "a.example:8448 as a.example with the certificate of a.example");
    for (const nonsense of ["", "b.example/evil?", 7, null, "http://b.example"])
      assert.equal(await at(file(nonsense)), "a.example:8448 as a.example with the certificate of a.example");
  });

  test("is asked for over TLS, under its own name", async () => {
    answers.set(`a.example:${port} /_matrix/federation/v1/x`, { status: 200, body: '{"sub": "@a:a.example"}' });
    const answer = await new Federation(here(), noService).get(`a.example:${port}`, "/_matrix/federation/v1/x");
    assert.deepEqual([answer.status, answer.text], [200, '{"sub": "@a:a.example"}']);
  });

  test("needs the certificate of that name", async () => {
    await assert.rejects(new Federation(here(), noService).get(`a.other:${port}`, "/x"), /altnames/);
    await assert.rejects(
      new Federation(createGuardedRequests({ isAllowed: () => true, lookup: everythingIsHere }), noService).get(`a.example:${port}`, "/x"),
      /self-signed/,
    );
  });
});

describe("places that are not of the public internet", () => {
  test("are known", () => {
    const inside =
      "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.168.0.1 198.18.0.1 224.0.0.1 255.255.255.255 " +
      ":: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 fc00::1 fd12::1 fe80::1 ff02::1 2001:db8::1 2002:7f00:1::1 2001::1 localhost";
    for (const address of inside.split(" ")) assert.equal(isPublicAddress(address), false, address);
    for (const address of "1.1.1.1 8.8.8.8 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1".split(" "))
      assert.equal(isPublicAddress(address), true, address);
  });

  test("are not connected to, whether by name or by address", async () => {
    const before = asked.length;
    const guarded = new Federation(here(isPublicAddress), noService);
    await assert.rejects(guarded.get(`a.example:${port}`, "/x"), /no public address/);
    await assert.rejects(guarded.get(`127.0.0.1:${port}`, "/x"), /not a public address/);
    await assert.rejects(guarded.get(`[::1]:${port}`, "/x"), /not a public address/);
    await assert.rejects(guarded.clientPost(`a.example:${port}`, "/x", "{}"), /no public address/);
    assert.equal(asked.length, before);
    // The same without the guard gets there: it is the guard that refuses.
    await new Federation(here(), noService).get(`a.example:${port}`, "/x");
    assert.equal(asked.length, before + 1);
  });

  test("answers without an end are not read to the end", async () => {
    answers.set(`a.example:${port} /long`, { status: 200, body: "x".repeat(100_000) });
    await assert.rejects(new Federation(here(), noService).get(`a.example:${port}`, "/long"), /too long/);
  });

  test("redirects are followed for well-known files only, to https only, and not for ever", async () => {
    const target = { host: "a.example", port, hostHeader: "a.example", certificate: "a.example" };
    answers.set("a.example /away", { status: 302, body: "", headers: { location: "http://127.0.0.1/" } });
    assert.equal((await here().send(target, "GET", "/away")).status, 302, "requests themselves do not follow");
    let hops = 0;
    const looping = new Federation(
      {
        send: async () => {
          hops++;
          return { status: 301, text: "", location: "https://a.example/.well-known/matrix/server" };
        },
      },
      noService,
    );
    assert.equal((await looping.resolve("a.example")).port, 8448);
    assert.equal(hops, 4);
    const downgraded = new Federation(
      {
        send: async ({ port: to }) => {
          assert.equal(to, 443);
          return { status: 301, text: "", location: "http://internal.example/" };
        },
      },
      noService,
    );
    assert.equal((await downgraded.resolve("a.example")).host, "a.example");
  });
});
