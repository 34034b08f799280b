import { ConnectionError, HTTPError, MatrixError, TokenRefreshError, TokenRefreshLogoutError } from "matrix-js-sdk/lib/http-api/errors.js";

import { MeloError, type MeloErrorCode } from "../internal/errors.js";
import { retryAfterOf, unreachable } from "./homeserver-request.js";

/** How long to wait after a 429 that does not say, in ms. */
const RETRY_AFTER = 2_000;

/** Error codes of the client-server specification, "Standard error response", that mean the same everywhere. */
const BY_ERRCODE: Readonly<Record<string, MeloErrorCode | undefined>> = {
  M_FORBIDDEN: "forbidden",
  M_GUEST_ACCESS_FORBIDDEN: "forbidden",
  M_BAD_STATE: "forbidden",
  M_UNABLE_TO_AUTHORISE_JOIN: "forbidden",
  M_NOT_FOUND: "room-not-found",
  M_TOO_LARGE: "too-large",
  M_UNKNOWN_TOKEN: "signed-out",
  M_MISSING_TOKEN: "signed-out",
  M_UNRECOGNIZED: "unsupported",
};

/** What a rejection of the SDK means: the one place where its errors become melo's. */
export function serverError(error: unknown): MeloError {
  if (error instanceof MeloError) return error;
  if (error instanceof TokenRefreshLogoutError) return new MeloError("signed-out", error.message, { cause: error });
  if (error instanceof ConnectionError || error instanceof TokenRefreshError || isAbort(error)) return unreachable(error);
  if (error instanceof HTTPError) return refusal(error);
  return MeloError.from(error);
}

function refusal(error: HTTPError): MeloError {
  const { httpStatus = 0, httpHeaders = new Headers(), message } = error;
  const { errcode = "", data = {} } = error instanceof MatrixError ? error : {};
  if (httpStatus === 429 || errcode === "M_LIMIT_EXCEEDED") {
    return new MeloError("rate-limited", message, { cause: error, retryAfter: retryAfterOf(httpHeaders, data) ?? RETRY_AFTER });
  }
  if (httpStatus >= 500 || httpStatus === 408) return new MeloError("homeserver-unreachable", message, { cause: error });
  const code = (Object.hasOwn(BY_ERRCODE, errcode) ? BY_ERRCODE[errcode] : undefined) ?? byStatus(httpStatus);
  return new MeloError(code, message, { cause: error });
}

function byStatus(status: number): MeloErrorCode {
  if (status === 403) return "forbidden";
  if (status === 404) return "room-not-found";
  if (status === 413) return "too-large";
  return "unknown";
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError" || error.name === "NetworkError");
}
