/** Whether an error of the SDK is one of the server, or of the way to it, and not of what was asked for. */
export function isOfServer(error: unknown): boolean {
  return error instanceof Error && (error.name === "ConnectionError" || "httpStatus" in error);
}
