import type { IncomingHttpHeaders } from "node:http";

export interface ApiRequest {
  /** The raw body, decoded as UTF-8; empty for GET. */
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

/** One endpoint: a file of its own in `endpoints/`. */
export interface Endpoint {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** The longest body that is read, in bytes. */
  readonly bodyLimit: number;
  /** Whether requests count against the limit of their sender's address, and pages of other origins may ask. */
  readonly forBrowsers: boolean;
  /** Throws `ApiError` for refusals; whatever else it throws is a 500. */
  handle(request: ApiRequest): Promise<ApiAnswer>;
}

/** Bodies of clients: a token, a few identifiers. */
export const CLIENT_BODY = 16 * 1024;
