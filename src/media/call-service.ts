import { Method } from "matrix-js-sdk/lib/http-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { fieldsOf, textIn } from "../internal/fields.js";
import { SLOT_ID, TEST_SLOT_ID, checkedService, serviceIn } from "./membership.js";
import type { SfuAccess } from "./room-call-state.js";

/** How long a service may take to answer, in ms. */
const ANSWER_WITHIN = 15_000;
/** What was found is asked for again after this long, in ms. */
const GOOD_FOR = 10 * 60_000;
/** In place of the device's own id, which a test has no use for. */
const TEST_DEVICE = "melo-call-test";
/** How the web server answers before a service that is being started again, or that has died and has another beside it: it is asked once more, after this long in ms. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
const ASKED_AGAIN_AFTER = 1_500;
/** How services answer that have no `/get_token`, or know no other slot than the room's call. */
const UNKNOWN_TO_SERVICE: ReadonlySet<number> = new Set([400, 404, 405]);
/** MSC4143. */
const TRANSPORTS = { path: "/rtc/transports", prefix: "/_matrix/client/unstable/org.matrix.msc4143" };

type ServiceClient = Pick<MatrixClient, "getOpenIdToken" | "getSafeUserId" | "getDeviceId" | "http">;

export interface CallServiceOptions {
  readonly client: ServiceClient;
  /** Base URL of the homeserver. */
  readonly homeserver: string;
  /** What the page's author configured, for homeservers that name none. */
  readonly configured?: string;
  readonly toError: (error: unknown) => MeloError;
}

export interface AccessRequest {
  readonly roomId: string;
  /** `livekit_service_url`. */
  readonly serviceUrl: string;
  /** The id of this device's membership. */
  readonly memberId: string;
  /** The membership is a sticky event: then the SFU knows its members by a hash. */
  readonly sticky: boolean;
}

/** The services that let this account into calls: which they are, and what they give (MSC4143, MSC4195). */
export class CallService {
  readonly #options: CallServiceOptions;
  #found?: { readonly url: Promise<string | undefined>; readonly at: number };

  constructor(options: CallServiceOptions) {
    this.#options = options;
  }

  /** The service that this account publishes at. Rejects `call-service-missing`, or with why the homeserver could not be asked. */
  async own(): Promise<string> {
    const url = await this.#ask();
    if (url === undefined)
      throw new MeloError("call-service-missing", "The homeserver names no service for calls, and none is configured.");
    return url;
  }

  /** Where to connect, and a token for it; a fresh one at each call. Rejects `call-service-unreachable`, `call-service-refused`, `call-full`, `forbidden`, `rate-limited` or a homeserver error. */
  async access({ roomId, serviceUrl, memberId, sticky }: AccessRequest): Promise<SfuAccess> {
    const deviceId = this.#options.client.getDeviceId() ?? "";
    const member = { id: memberId, claimed_user_id: this.#options.client.getSafeUserId(), claimed_device_id: deviceId };
    return granted(
      sticky
        ? await this.#post(`${serviceUrl}/get_token`, { room_id: roomId, slot_id: SLOT_ID, member })
        : await this.#post(`${serviceUrl}/sfu/get`, { room: roomId, device_id: deviceId }),
    );
  }

  /** Access to the own SFU for trying it out, under two names that are in no call. Rejects as `access`, and `unsupported` if the service gives access to calls only. */
  async testAccess(roomId: string): Promise<readonly [SfuAccess, SfuAccess]> {
    const serviceUrl = await this.own();
    const one = async (): Promise<SfuAccess> => {
      const member = { id: crypto.randomUUID(), claimed_user_id: this.#options.client.getSafeUserId(), claimed_device_id: TEST_DEVICE };
      const response = await this.#post(`${serviceUrl}/get_token`, { room_id: roomId, slot_id: TEST_SLOT_ID, member });
      if (UNKNOWN_TO_SERVICE.has(response.status)) throw new MeloError("unsupported", "The service for calls gives no access for tests.");
      return granted(response);
    };
    return [await one(), await one()];
  }

  #ask(): Promise<string | undefined> {
    if (this.#found && Date.now() - this.#found.at < GOOD_FOR) return this.#found.url;
    const url = this.#find();
    this.#found = { url, at: Date.now() };
    url.then(
      (found) => found === undefined && this.#forget(url),
      () => this.#forget(url),
    );
    return url;
  }

  /** What failed, or was not there, is asked for again by the next who wants it. */
  #forget(url: Promise<string | undefined>): void {
    if (this.#found?.url === url) this.#found = undefined;
  }

  async #find(): Promise<string | undefined> {
    return (await this.#transports()) ?? (await this.#wellKnown()) ?? checkedService(this.#options.configured);
  }

  async #transports(): Promise<string | undefined> {
    const { client, toError } = this.#options;
    try {
      const answer = await client.http.authedRequest<unknown>(Method.Get, TRANSPORTS.path, undefined, undefined, {
        prefix: TRANSPORTS.prefix,
      });
      return serviceIn(fieldsOf(answer)["rtc_transports"]);
    } catch (error) {
      const failure = toError(error);
      if (failure.code === "unsupported" || failure.code === "room-not-found") return undefined; // the homeserver does not know the question
      throw failure;
    }
  }

  /** What older servers say in their discovery document. Only the homeserver itself is asked. */
  async #wellKnown(): Promise<string | undefined> {
    try {
      const response = await fetch(`${this.#options.homeserver}/.well-known/matrix/client`, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      return response.ok ? serviceIn(fieldsOf(await response.json())["org.matrix.msc4143.rtc_foci"]) : undefined;
    } catch {
      return undefined; // many have none, and answer without CORS
    }
  }

  async #post(url: string, body: object): Promise<Response> {
    const response = await this.#send(url, body);
    if (!AWAY.has(response.status)) return response;
    await new Promise((resolve) => setTimeout(resolve, ASKED_AGAIN_AFTER));
    return this.#send(url, body);
  }

  /** Each request carries an OpenID token of its own, which tells the service who asks. */
  async #send(url: string, body: object): Promise<Response> {
    const { client, toError } = this.#options;
    const openid = await client.getOpenIdToken().catch((error: unknown) => {
      throw toError(error);
    });
    try {
      return await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...body, openid_token: openid }),
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
    } catch {
      // The cause may name the address with all that was sent to it, so it is left out.
      if (navigator.onLine === false) throw new MeloError("offline", "The browser is offline.");
      throw new MeloError("call-service-unreachable", "The service for calls does not answer.");
    }
  }
}

async function granted(response: Response): Promise<SfuAccess> {
  const answer = fieldsOf(await response.json().catch(() => undefined));
  if (!response.ok) throw refusal(response, answer);
  const access = accessIn(answer);
  if (!access) throw new MeloError("call-service-unreachable", "What answers at the address of the service is no service for calls.");
  return access;
}

function accessIn(answer: Readonly<Record<string, unknown>>): SfuAccess | undefined {
  const url = textIn(answer, "url");
  const token = textIn(answer, "jwt");
  const isAddress = url !== undefined && /^wss?:$/.test(URL.parse(url)?.protocol ?? "");
  return isAddress && token ? { url, token } : undefined;
}

/** The service says no. Its words are for developers. */
function refusal({ status, headers }: Response, answer: Readonly<Record<string, unknown>>): MeloError {
  const words = (textIn(answer, "error") ?? `The service for calls answered ${status}.`).slice(0, 300);
  if (status === 429) {
    const seconds = Number(headers.get("Retry-After") ?? NaN);
    return new MeloError("rate-limited", words, { retryAfter: Number.isFinite(seconds) ? seconds * 1000 : 2_000 });
  }
  // Services of others say so where the media server takes no more; melo's own says `M_UNKNOWN` of one that does not answer, and a web server of a service that is away says nothing.
  if (status === 503 && textIn(answer, "error") && textIn(answer, "errcode") !== "M_UNKNOWN") return new MeloError("call-full", words);
  if (status >= 500) return new MeloError("call-service-unreachable", words);
  return new MeloError("call-service-refused", words);
}
