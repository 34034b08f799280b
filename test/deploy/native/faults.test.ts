// The deployment's own parts, with one fault at a time: the doctor names it, and nothing else.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";

import { until } from "../../e2e/support/until.ts";
import { bad, DOCTOR, freshDoctor, type DoctorAccount } from "../support/examination.ts";
import { HOST, NativeDeployment, RESOLVE, type Part } from "../support/native.ts";

const run = promisify(execFile);
const DOCTOR_PROGRAM = join(import.meta.dirname, "../../../deploy/examination/melo-doctor.ts");

interface Fault {
  /** The checks that find it, each with a word of its reason. */
  readonly found: Readonly<Record<string, RegExp>>;
  /** The part that has to be started again with the fault. */
  readonly part: Part;
  /** The file below deploy/run that has the fault, and how it comes in. */
  readonly file: string;
  readonly change: (text: string, deployment: NativeDeployment) => string;
  /** The doctor looks with a browser as well. */
  readonly media?: boolean;
}

/** @throws if there is nothing to replace: then the fault would not be there. */
function replaced(text: string, what: string | RegExp, by: string): string {
  const result = text.replace(what, by);
  assert.notEqual(result, text, `${String(what)} is not in the file`);
  return result;
}

const caddy = (found: Fault["found"], what: string | RegExp, by: string): Fault => ({
  found,
  part: "caddy",
  file: "Caddyfile",
  change: (text) => replaced(text, what, by),
});
const yaml = (part: Part, file: string, found: Fault["found"], change: (config: Record<string, never>) => object): Fault => ({
  found,
  part,
  file,
  change: (text) => JSON.stringify(change(JSON.parse(text.replace(/^#.*$/gm, "")) as Record<string, never>)),
});
const synapse = (found: Fault["found"], settings: object): Fault =>
  yaml("synapse", "synapse/homeserver.yaml", found, (config) => ({ ...config, ...settings }));
const livekit = (found: Fault["found"], change: (config: Record<string, object>) => object): Fault =>
  yaml("livekit", "livekit.yaml", found, change);

const FAULTS: Readonly<Record<string, Fault>> = {
  "a well-known file that names another homeserver": caddy(
    { "wellknown-client": /no homeserver is there/ },
    /"m\.homeserver":\{"base_url":"[^"]+"\}/,
    '"m.homeserver":{"base_url":"https://127.0.0.1:9"}',
  ),
  "a well-known file without CORS": caddy(
    { "wellknown-client": /Access-Control-Allow-Origin is missing/ },
    /(handle \/\.well-known\/matrix\/client \{\n\s*)header Access-Control-Allow-Origin \*/,
    "$1",
  ),
  "a well-known file for servers that names another port": caddy(
    { "wellknown-server": /no homeserver is there/ },
    /"m\.server":"[^"]+"/,
    '"m.server":"127.0.0.1:9"',
  ),
  "a homeserver without CORS": caddy(
    { cors: /Access-Control-Allow-Origin is missing/ },
    /flush_interval -1/,
    "flush_interval -1\n\t\t\theader_down -Access-Control-Allow-Origin",
  ),
  "a token API without CORS": caddy(
    { "token-api-cors": /Access-Control-Allow-Origin is missing/ },
    /(handle_path \/livekit\/jwt\/\* \{\n)/,
    "$1\t\theader {\n\t\t\t-Access-Control-Allow-Origin\n\t\t\tdefer\n\t\t}\n",
  ),
  "a web server that passes on /sfu/get and no other endpoint": caddy(
    { "token-api-refusals": /has no \/get_token/, "token-api-cors": /get_token/, webhook: /404/ },
    /(handle_path \/livekit\/jwt\/\* \{\n)/,
    "$1\t\t@others not path /sfu/get /healthz\n\t\trespond @others 404\n",
  ),
  "a web server that does not pass on the SFU": caddy(
    { "sfu-connection": /answered 404/ },
    "handle_path /livekit/sfu/*",
    "handle_path /somewhere/else/*",
  ),
  "WebAssembly of the wrong type": caddy(
    { wasm: /application\/octet-stream/ },
    /(handle_path \/melo\/\* \{\n)/,
    "$1\t\t@wasm path *.wasm\n\t\theader @wasm {\n\t\t\tContent-Type application/octet-stream\n\t\t\tdefer\n\t\t}\n",
  ),
  "WebAssembly that is sent uncompressed": caddy(
    { wasm: /uncompressed: 4\.\d MB/ },
    /encode zstd gzip\n\t\tfile_server \{\n\t\t\tprecompressed br\n\t\t\}/,
    "file_server",
  ),
  "a melo.js that browsers keep for a year": caddy(
    { files: /no upgrade reaches them/ },
    "header @named Cache-Control no-cache",
    'header @named Cache-Control "public, max-age=31536000"',
  ),
  "melo's files for no other site": caddy(
    { files: /Access-Control-Allow-Origin is missing/ },
    /(root \* .*\n\t\t)header Access-Control-Allow-Origin \*/,
    "$1",
  ),
  "no security headers": caddy({ "security-headers": /no Content-Security-Policy/ }, /header Content-Security-Policy .*/, ""),
  "a policy that takes the microphone away": caddy(
    { "security-headers": /takes the camera or the microphone away/ },
    "microphone=(self)",
    "microphone=()",
  ),
  "an admin API on the internet": caddy(
    { "admin-api": /answers 401 to everybody|answers 200/ },
    "@homeserver path /_matrix/* /_synapse/client/*",
    "@homeserver path /_matrix/* /_synapse/*",
  ),
  "a clock that is years off": caddy(
    { clock: /\d{9,} s off/ },
    "@homeserver path",
    `header /_matrix/* {\n\t\tDate "${new Date(0).toUTCString()}"\n\t\tdefer\n\t}\n\t@homeserver path`,
  ),
  "a token API whose secret is not the SFU's": {
    found: { "token-api": /does not get on with the SFU/ },
    part: "token-api",
    file: "token-api.env",
    change: (text) => replaced(text, /^LIVEKIT_API_SECRET=.*$/m, `LIVEKIT_API_SECRET=${"x".repeat(43)}`),
  },
  "a token API on which strangers may hold calls": {
    found: { "token-api-foreign": /account anywhere/ },
    part: "token-api",
    file: "token-api.env",
    change: (text) => replaced(text, "TOKEN_API_FOREIGN=subscribe", "TOKEN_API_FOREIGN=create"),
  },
  "a token API that lets everybody into every call": {
    found: { "token-api-members": /Everybody with an account gets into every call/ },
    part: "token-api",
    file: "token-api.env",
    change: (text) => replaced(text, "TOKEN_API_MEMBERSHIP=appservice", "TOKEN_API_MEMBERSHIP=off"),
  },
  "a homeserver that does not know the token API's token": {
    found: { "token-api-members": /cannot find out who is in a room/ },
    part: "synapse",
    file: "synapse/token-api.yaml",
    change: (text) => replaced(text, /"as_token": "[^"]+"/, `"as_token": "${"x".repeat(43)}"`),
  },
  "a token API for another homeserver": {
    found: { "token-api-refusals": /502|fails/, "sfu-connection": /No token/ },
    part: "token-api",
    file: "token-api.env",
    change: (text) => replaced(text, /^TOKEN_API_HOMESERVERS=.*$/m, "TOKEN_API_HOMESERVERS=example.org=http://127.0.0.1:9"),
  },
  "a token API that sends browsers to plain ws:": {
    found: { "sfu-connection": /may not go there/ },
    part: "token-api",
    file: "token-api.env",
    change: (text) => replaced(text, "LIVEKIT_URL=wss:", "LIVEKIT_URL=ws:"),
  },
  "an SFU that makes rooms by itself": livekit({ "sfu-auto-create": /that the token API never allowed/ }, (config) => ({
    ...config,
    room: { auto_create: true },
  })),
  "webhooks that reach nobody": livekit({ webhook: /their leave was not sent/ }, (config) => ({
    ...config,
    webhook: { ...config["webhook"], urls: ["http://127.0.0.1:9/sfu_webhook"] },
  })),
  "an SFU without TCP": livekit({ "media-tcp": /no way over TCP/ }, ({ rtc, ...config }) => ({ ...config, rtc: { ...rtc, tcp_port: 0 } })),
  "an SFU without UDP": {
    ...livekit({ "media-udp": /no way over UDP/ }, ({ rtc, ...config }) => ({ ...config, rtc: { ...rtc, force_tcp: true } })),
    media: true,
  },
  "an SFU that does not take the pictures that browsers send (VP8)": {
    ...livekit(
      {
        "loopback-udp": /nor? picture comes back/,
        "loopback-tcp": /nor? picture comes back/,
        "loopback-turn": /nor? picture comes back/,
      },
      (config) => ({ ...config, room: { ...config["room"], enabled_codecs: [{ mime: "audio/opus" }] } }),
    ),
    media: true,
  },
  "an SFU that names an address where nothing of it is reached": livekit(
    { "media-udp": /does not answer over UDP/, "media-tcp": /does not answer over TCP/, "turn-tls": /does not relay to the SFU/ },
    ({ rtc, ...config }) => ({ ...config, rtc: { ...rtc, node_ip: "127.0.0.9" } }),
  ),
  "an SFU with another TURN secret": livekit({ "turn-tls": /does not accept the SFU's credentials/ }, ({ rtc, ...config }) => ({
    ...config,
    rtc: { ...rtc, turn_servers: (rtc as { turn_servers: object[] }).turn_servers.map((server) => ({ ...server, secret: "another" })) },
  })),
  "a TURN server that relays into private networks": {
    found: { "turn-private": /relays to/ },
    part: "coturn",
    file: "turnserver.conf",
    change: (text) => replaced(text, /^denied-peer-ip=.*\n/gm, ""),
  },
  "no delayed events": synapse({ "delayed-events": /stays in it for hours/ }, { max_event_delay_duration: null }),
  "open registration": synapse(
    { registration: /programs included/ },
    { enable_registration: true, enable_registration_without_verification: true },
  ),
  "a homeserver that does not say how calls are carried": synapse(
    { "rtc-transports": /lists no LiveKit service/ },
    { matrix_rtc: { transports: [] } },
  ),
  "limits that leave no room for calls": synapse(
    { limits: /leave was put off/ },
    { rc_delayed_event_mgmt: { per_second: 0.1, burst_count: 3 } },
  ),
};

describe("the doctor", { timeout: 40 * 60_000 }, () => {
  let deployment: NativeDeployment;
  let account: DoctorAccount;

  before(async () => {
    deployment = await NativeDeployment.start();
    await deployment.register(DOCTOR.user, DOCTOR.password);
  });

  beforeEach(async () => {
    account = await freshDoctor(deployment);
  });

  after(() => deployment?.end());

  test("finds nothing on a deployment as deploy/init makes it, and shows no secret, as text and as JSON", async (test) => {
    const program = async (...flags: string[]) =>
      run(
        process.execPath,
        [
          DOCTOR_PROGRAM,
          `${HOST}:${deployment.port}`,
          ...["--user", DOCTOR.user, "--config", deployment.configuration, "--ca", deployment.authorityFile],
          ...Object.entries(RESOLVE).flatMap(([host, address]) => ["--resolve", `${host}=${address}`]),
          ...flags,
        ],
        { env: { ...process.env, MELO_DOCTOR_PASSWORD: DOCTOR.password } },
      );
    const text = await program();
    assert.match(text.stdout, /32 well, 0 could be better, 0 wrong, 2 not looked at/);
    assert.match(text.stdout, /\[loopback-turn\]\n.*Sound and picture came back, decrypted.*the relay reached over TLS/);
    test.diagnostic(
      text.stdout
        .split("\n")
        .filter((line) => line.includes("came back"))
        .join("\n"),
    );
    const json = JSON.parse((await program("--json", "--only", "media-udp")).stdout) as {
      verdict: string;
      results: { id: string; verdict: string }[];
    };
    assert.equal(json.verdict, "ok");
    assert.equal(json.results.at(-1)?.id, "media-udp");
    const env = await deployment.env;
    const secrets = [...Object.entries(env).filter(([name]) => name.startsWith("SECRET_")), ["password", DOCTOR.password]];
    for (const [name, secret = ""] of secrets) assert.ok(!(text.stdout + text.stderr).includes(secret), `${name} is shown`);
    assert.doesNotMatch(text.stdout, /eyJ|syt_/, "a token is shown");
  });

  test("leaves no room and no device behind", async () => {
    const http = await deployment.http();
    const entry = await http.request(`${deployment.address}/_matrix/client/v3/login`, {
      method: "POST",
      body: { type: "m.login.password", identifier: { type: "m.id.user", user: DOCTOR.user }, password: DOCTOR.password },
    });
    const { access_token: token } = JSON.parse(entry.body.toString()) as { access_token: string };
    const get = async (path: string) => {
      const answer = await http.request(`${deployment.address}/_matrix/client/v3${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return JSON.parse(answer.body.toString()) as Record<string, { device_id: string }[]>;
    };
    const devices = async () => (await get("/devices"))["devices"]?.map(({ device_id: id }) => id).sort();
    const before = await devices();
    await bad(deployment);
    assert.deepEqual((await get("/joined_rooms"))["joined_rooms"], []);
    assert.deepEqual(await devices(), before);
  });

  for (const [what, { found, part, file, change, media }] of Object.entries(FAULTS)) {
    test(`finds ${what}`, async () => {
      const path = join(deployment.configuration, file);
      const healthy = await readFile(path, "utf8");
      await writeFile(path, change(healthy, deployment));
      try {
        await deployment.restart(part);
        const results = await bad(deployment, { account, media });
        assert.deepEqual(
          results.map(({ id }) => id),
          Object.keys(found),
          results.map(({ id, reason }) => `${id}: ${reason}`).join("\n"),
        );
        for (const { id, reason, remedy = "" } of results) {
          assert.match(reason, found[id]!);
          assert.ok(remedy.length > 20, "there is a remedy");
        }
      } finally {
        await writeFile(path, healthy);
        await deployment.restart(part);
      }
    });
  }

  test("finds a certificate that has expired", async () => {
    const { certificate, key } = await expiredCertificate(deployment.folder);
    const path = join(deployment.configuration, "Caddyfile");
    const healthy = await readFile(path, "utf8");
    await writeFile(path, replaced(healthy, "tls internal", `tls ${certificate} ${key}`));
    try {
      await deployment.stopPart("caddy");
      await deployment.startPart("caddy", { awaited: false });
      await until("the web server to listen", () => listens(deployment.port));
      const results = await bad(deployment, { account });
      assert.deepEqual(
        results.map(({ id }) => id),
        ["tls"],
      );
      assert.match(results[0]!.reason, /expired [234] days ago/);
    } finally {
      await writeFile(path, healthy);
      await deployment.restart("caddy");
    }
  });

  test("finds a certificate that browsers do not trust", async () => {
    const results = await bad(deployment, { account, trustAuthority: false });
    assert.deepEqual(
      results.map(({ id }) => id),
      ["tls"],
    );
    assert.match(results[0]!.reason, /not from an authority/);
  });

  for (const [part, id, reason] of [
    ["token-api", "token-api", /502|healthz/],
    ["livekit", "token-api", /does not get on with the SFU/],
    ["synapse", "homeserver", /answers 502/],
    ["coturn", "turn-tls", /nobody listens there/],
  ] as const) {
    test(`finds that ${part} does not run`, async () => {
      await deployment.stopPart(part);
      try {
        const results = await bad(deployment, { account });
        assert.ok(
          results.some((result) => result.id === id && reason.test(result.reason)),
          JSON.stringify(results),
        );
      } finally {
        await deployment.startPart(part);
      }
    });
  }

  test("finds that nobody is there at all", async () => {
    await deployment.stopPart("caddy");
    try {
      const results = await bad(deployment, { account });
      assert.deepEqual(
        results.map(({ id }) => id),
        ["tls"],
      );
    } finally {
      await deployment.startPart("caddy");
    }
  });

  test("after all that, is content again", async () => {
    assert.deepEqual(await bad(deployment, { account }), []);
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** A certificate for the host that was good for a day, until three days ago. */
async function expiredCertificate(folder: string): Promise<{ certificate: string; key: string }> {
  const file = (name: string) => join(folder, `expired.${name}`);
  const day = (ago: number) => `${new Date(Date.now() - ago * 86_400_000).toISOString().slice(2, 10).replaceAll("-", "")}000000Z`;
  await writeFile(file("index"), "");
  await writeFile(
    file("conf"),
    [
      ...["[ca]", "default_ca = own", "[own]", `database = ${file("index")}`, `new_certs_dir = ${folder}`, "rand_serial = yes"],
      ...["default_md = sha256", "policy = policy", "x509_extensions = names", "[policy]", "commonName = supplied"],
      ...["[names]", `subjectAltName = DNS:${HOST}`, ""],
    ].join("\n"),
  );
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file("key")];
  await run("openssl", ["req", ...key, "-subj", `/CN=${HOST}`, "-out", file("csr")]);
  const times = ["-startdate", day(4), "-enddate", day(3)];
  const signing = ["-selfsign", "-config", file("conf"), "-keyfile", file("key"), ...times];
  await run("openssl", ["ca", "-batch", "-notext", ...signing, "-in", file("csr"), "-out", file("crt")]);
  return { certificate: file("crt"), key: file("key") };
}
