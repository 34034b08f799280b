import { randomBytes, randomUUID } from "node:crypto";

import { HttpClient, jsonOf, type Answer } from "./http-client.ts";
import { SfuConnection } from "./sfu-connection.ts";
import type { Work } from "./loopback/exchange.ts";
import { LoopbackRun } from "./loopback/run.ts";
import { readConfiguration, type Configuration } from "./configuration.ts";

/** What the doctor was told. */
export interface PatientOptions {
  /** A domain (`example.org`), or the address of a homeserver (`http://localhost:8408`). */
  readonly target: string;
  /** Somebody with an account, to look at what only they can see. */
  readonly account?: { readonly user: string; readonly password: string };
  /** Where melo's files are, if not at `/melo/` of the homeserver. */
  readonly files?: string;
  /** deploy/run of the deployment, when the doctor runs on the server itself. */
  readonly configuration?: string;
  /** A developer's stack: everything on this machine, open registration, no TLS. The doctor makes an account for itself. */
  readonly local?: boolean;
  readonly ca?: string;
  readonly resolve?: Readonly<Record<string, string>>;
}

/** Somebody signed in, and a room of theirs to try things in. */
export interface Visitor {
  readonly userId: string;
  readonly deviceId: string;
  readonly roomId: string;
  /** One request to the homeserver, in their name. */
  call(method: string, path: string, body?: object): Promise<Answer>;
}

/** The token API knows calls, and no tests of them. */
export class TestsRefused extends Error {}

export type TestAccess = Work["access"][number];

export interface Token {
  readonly url: string;
  readonly jwt: string;
}

const CLIENT = "/_matrix/client/v3";
/** Where the token API lets media be tried out: to the SFU it is another room than the call's (server/identity.ts). */
const TEST_CALL = "m.call#io.melo.test";

/** The deployment that is looked at: where its parts are, and what several checks need. Everything is found out once. */
export class Patient {
  readonly options: PatientOptions;
  readonly http: HttpClient;
  readonly #known = new Map<string, Promise<unknown>>();
  #sfu?: SfuConnection;
  #visitor?: Visitor;
  #loopback?: LoopbackRun;

  constructor(options: PatientOptions) {
    this.options = options;
    this.http = new HttpClient(options);
  }

  /** `https://example.org`, where the domain itself is served. */
  get domainAddress(): string {
    const { target } = this.options;
    return target.includes("://") ? new URL(target).origin : `https://${target}`;
  }

  /** What /.well-known/matrix/client says, as it came. */
  wellKnown(): Promise<Answer> {
    return this.#once("well-known", () =>
      this.http.follow(`${this.domainAddress}/.well-known/matrix/client`, { origin: "https://doctor.invalid" }),
    );
  }

  /** Where the homeserver is: what the well-known file says, else the domain itself. Without a slash at the end. */
  homeserver(): Promise<string> {
    return this.#once("homeserver", async () => {
      if (this.options.target.includes("://")) return this.domainAddress;
      const found = await this.wellKnown().catch(() => undefined);
      const server = found && (jsonOf(found)?.["m.homeserver"] as { base_url?: unknown } | undefined)?.base_url;
      const named = typeof server === "string" && URL.canParse(server) ? server.replace(/\/+$/, "") : this.domainAddress;
      const answers = async (base: string) =>
        this.http.request(`${base}/_matrix/client/versions`).then(
          ({ status }) => status === 200,
          () => false,
        );
      // A wrong well-known file is one fault, and everything behind it can still be looked at.
      return named !== this.domainAddress && !(await answers(named)) && (await answers(this.domainAddress)) ? this.domainAddress : named;
    });
  }

  /** The part of user ids after the colon: what the homeserver signs with, else the host that was named. */
  serverName(): Promise<string> {
    return this.#once("server-name", async () => {
      const answer = await this.http.request(`${await this.homeserver()}/_matrix/key/v2/server`).catch(() => undefined);
      const name = answer && jsonOf(answer)?.["server_name"];
      return typeof name === "string" ? name : new URL(this.domainAddress).host;
    });
  }

  versions(): Promise<Answer> {
    return this.#once("versions", async () => this.http.request(`${await this.homeserver()}/_matrix/client/versions`));
  }

  /** Where the token API is: what the homeserver or the well-known file says, else the usual place. */
  tokenApi(): Promise<string> {
    return this.#once("token-api", async () => {
      const transports = await this.transports().catch(() => undefined);
      const found = transports ? undefined : await this.wellKnown().catch(() => undefined);
      const listed = transports ?? (found && jsonOf(found)?.["org.matrix.msc4143.rtc_foci"]);
      return serviceUrl(listed) ?? `${await this.homeserver()}/livekit/jwt`;
    });
  }

  /** What the homeserver says of how calls are carried: `rtc_transports`. Undefined without an account. */
  transports(): Promise<unknown> {
    return this.#once("transports", async () => {
      const visitor = await this.visitor();
      if (!visitor) return undefined;
      const answer = await visitor.call("GET", "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports");
      return jsonOf(answer)?.["rtc_transports"];
    });
  }

  /** The configuration files, when the doctor runs where they are. */
  get configuration(): Configuration | undefined {
    return this.options.configuration === undefined ? undefined : readConfiguration(this.options.configuration);
  }

  /** Somebody signed in; undefined where no account was named. @throws if they cannot sign in. */
  visitor(): Promise<Visitor | undefined> {
    return this.#once("visitor", async () => {
      const { account, local } = this.options;
      if (!account && !local) return undefined;
      this.#visitor = await signIn(this.http, await this.homeserver(), account);
      return this.#visitor;
    });
  }

  /** A fresh proof of who the visitor is, for the token API. */
  async openid(): Promise<object> {
    const visitor = await this.#someone();
    return jsonOf(await visitor.call("POST", `${CLIENT}/user/${encodeURIComponent(visitor.userId)}/openid/request_token`, {})) ?? {};
  }

  /** A token for the SFU, as clients get it. @throws if the token API refuses. */
  token(): Promise<Token> {
    return this.#once("token", async () => {
      const { roomId, deviceId } = await this.#someone();
      return granted(await this.#askTokenApi("/sfu/get", { room: roomId, device_id: deviceId }));
    });
  }

  /** Access to a room of the SFU in which media are tried out, under two names. @throws TestsRefused, or if the token API refuses for another reason. */
  async testAccess(): Promise<readonly [TestAccess, TestAccess]> {
    const { roomId, userId } = await this.#someone();
    const one = async (): Promise<TestAccess> => {
      const member = { id: randomUUID(), claimed_user_id: userId, claimed_device_id: "melo-doctor" };
      const answer = await this.#askTokenApi("/get_token", { room_id: roomId, slot_id: TEST_CALL, member });
      if ([400, 404, 405].includes(answer.status)) throw new TestsRefused(`the token API answered ${answer.status}`);
      const { url, jwt } = granted(answer);
      return { url, token: jwt };
    };
    return [await one(), await one()];
  }

  /** A browser that sends media through the SFU and back. @throws as `testAccess`. */
  loopback(): Promise<LoopbackRun> {
    return this.#once("loopback", async () => (this.#loopback = await LoopbackRun.start(this)));
  }

  /** A connection to the SFU that has been answered, so that its media ports can be tried. */
  sfu(): Promise<SfuConnection> {
    return this.#once("sfu", async () => {
      const { url, jwt } = await this.token();
      this.#sfu = await SfuConnection.open(url, jwt, this.http);
      return this.#sfu;
    });
  }

  /** Takes everything back that was made for the examination. */
  async release(): Promise<void> {
    await this.#loopback?.close();
    this.#sfu?.close();
    if (!this.#visitor) return;
    const { roomId, call } = this.#visitor;
    const room = encodeURIComponent(roomId);
    for (const path of [`${CLIENT}/rooms/${room}/leave`, `${CLIENT}/rooms/${room}/forget`, `${CLIENT}/logout`])
      await call("POST", path, {}).catch(() => {});
  }

  async #askTokenApi(path: string, body: object): Promise<Answer> {
    const url = `${await this.tokenApi()}${path}`;
    return this.http.request(url, { method: "POST", body: { ...body, openid_token: await this.openid() } });
  }

  async #someone(): Promise<Visitor> {
    const visitor = await this.visitor();
    if (!visitor) throw new Error("no account was named");
    return visitor;
  }

  #once<T>(name: string, find: () => Promise<T>): Promise<T> {
    const known = this.#known.get(name) as Promise<T> | undefined;
    if (known) return known;
    const found = find();
    found.catch(() => {}); // whoever asks next gets the same answer
    this.#known.set(name, found);
    return found;
  }
}

function granted(answer: Answer): Token {
  const { url, jwt, errcode, error } = jsonOf(answer) ?? {};
  if (answer.status === 200 && typeof url === "string" && typeof jwt === "string") return { url, jwt };
  throw new Error(
    `the token API answered ${answer.status}${typeof errcode === "string" ? ` ${errcode}` : ""}${typeof error === "string" ? ` (${error})` : ""}`,
  );
}

/** The first LiveKit service of a list of transports. */
export function serviceUrl(transports: unknown): string | undefined {
  if (!Array.isArray(transports)) return undefined;
  for (const transport of transports as { type?: unknown; livekit_service_url?: unknown }[]) {
    const url = transport?.livekit_service_url;
    if (transport?.type === "livekit" && typeof url === "string" && URL.canParse(url)) return url.replace(/\/+$/, "");
  }
  return undefined;
}

async function signIn(http: HttpClient, homeserver: string, account: PatientOptions["account"]): Promise<Visitor> {
  const entry = account
    ? await http.request(`${homeserver}${CLIENT}/login`, {
        method: "POST",
        body: {
          type: "m.login.password",
          identifier: { type: "m.id.user", user: account.user },
          password: account.password,
          initial_device_display_name: "melo doctor",
        },
      })
    : await http.request(`${homeserver}${CLIENT}/register`, {
        method: "POST",
        body: {
          username: `doctor-${randomBytes(6).toString("hex")}`,
          password: randomBytes(18).toString("base64url"),
          auth: { type: "m.login.dummy" },
        },
      });
  const { user_id: userId, access_token: token, device_id: deviceId, errcode } = jsonOf(entry) as Record<string, string>;
  if (entry.status !== 200 || !userId || !deviceId)
    throw new Error(`the homeserver answered ${entry.status}${errcode ? ` ${errcode}` : ""} to the sign-in`);
  const call = (method: string, path: string, body?: object) =>
    http.request(`${homeserver}${path}`, { method, body, headers: { authorization: `Bearer ${token}` } });
  const room = await call("POST", `${CLIENT}/createRoom`, { preset: "private_chat", name: "melo doctor" });
  const roomId = jsonOf(room)?.["room_id"];
  if (typeof roomId !== "string") throw new Error(`the homeserver answered ${room.status} when a room was to be made`);
  return { userId, deviceId, roomId, call };
}
