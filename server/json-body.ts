import { ApiError } from "./api-error.ts";

/** @throws {ApiError} 400 `M_NOT_JSON`. */
export function jsonBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError(400, "M_NOT_JSON", "The body is not JSON.");
  }
}
