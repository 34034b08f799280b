import { MeloError } from "../internal/errors.js";

/** What a homeserver answers when it refuses. Client-server specification, "Standard error response". */
export class HomeserverRefusal extends Error {
  override readonly name = "HomeserverRefusal";

  constructor(
    readonly status: number,
    readonly errcode: string,
    /** The whole answer. */
    readonly body: Readonly<Record<string, unknown>>,
    message: string,
  ) {
    super(message);
  }
}

export interface HomeserverRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly accessToken?: string;
  /** In ms; default 20,000. */
  readonly timeout?: number;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
}

/**
 * One JSON request to a homeserver, for what happens before there is a client: discovery, login, logout, token refresh.
 * Rejects with a MeloError: `offline`, `homeserver-unreachable` (no answer, 5xx), `homeserver-invalid` (not JSON), `rate-limited`, `signed-out`, `forbidden`, `unknown`;
 * its cause is a {@link HomeserverRefusal} where the server answered with an error.
 */
export async function homeserverRequest(baseUrl: string, path: string, options: HomeserverRequest = {}): Promise<Record<string, unknown>> {
  const { method = "GET", body, accessToken, timeout = 20_000, keepalive = false } = options;
  let response: Response;
  try {
    response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: AbortSignal.timeout(timeout),
      keepalive,
    });
  } catch (cause) {
    throw unreachable(cause);
  }
  const answer = await jsonOf(response);
  if (response.ok && answer) return answer;
  if (response.ok) throw new MeloError("homeserver-invalid", `${path} did not answer with JSON.`);
  throw refusal(response, answer ?? {});
}

/** The error for a request that got no answer at all. */
export function unreachable(cause: unknown): MeloError {
  return navigator.onLine === false
    ? new MeloError("offline", "The browser is offline.", { cause })
    : new MeloError("homeserver-unreachable", "The homeserver does not answer.", { cause });
}

/** How long a refusing response asks to wait, in ms: the `Retry-After` header (seconds or a date), else `retry_after_ms`. */
export function retryAfterOf(headers: Headers, body: Record<string, unknown>): number | undefined {
  const header = headers.get("Retry-After");
  if (header && /^\d+$/.test(header)) return Number(header) * 1000;
  const date = header ? Date.parse(header) : NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  const field = body["retry_after_ms"];
  return typeof field === "number" && field >= 0 ? field : undefined;
}

async function jsonOf(response: Response): Promise<Record<string, unknown> | undefined> {
  const value: unknown = await response.json().catch(() => undefined);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function refusal(response: Response, answer: Record<string, unknown>): MeloError {
  const errcode = typeof answer["errcode"] === "string" ? answer["errcode"] : "M_UNKNOWN";
  const message = typeof answer["error"] === "string" ? answer["error"] : `HTTP status ${response.status}`;
  const cause = new HomeserverRefusal(response.status, errcode, answer, message);
  if (response.status === 429)
    return new MeloError("rate-limited", message, { cause, retryAfter: retryAfterOf(response.headers, answer) ?? 5_000 });
  if (response.status >= 500) return new MeloError("homeserver-unreachable", message, { cause });
  if (errcode === "M_UNKNOWN_TOKEN" || errcode === "M_MISSING_TOKEN") return new MeloError("signed-out", message, { cause });
  if (response.status === 403) return new MeloError("forbidden", message, { cause });
  return new MeloError("unknown", message, { cause });
}
