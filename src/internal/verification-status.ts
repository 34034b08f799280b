/**
 * `asking`: waits for the other side to agree. `asked`: the other side waits for this one. `ready`: both agreed; what can be done next is in `methods`. `starting`: the two sides
 * agree on what to show. `emoji`: compare them. `code-scanned`: the other side says that it has scanned the code shown here. `confirming`: waits for the other side to confirm. `done`,
 * `cancelled` and `failed` stay until `dismiss` or the next flow.
 */
export type VerificationStatus =
  | "idle"
  | "asking"
  | "asked"
  | "ready"
  | "starting"
  | "emoji"
  | "code-scanned"
  | "confirming"
  | "done"
  | "cancelled"
  | "failed";

/** Whether a flow is under way. */
export function isUnderWay({ status }: { readonly status: VerificationStatus }): boolean {
  return status !== "idle" && status !== "done" && status !== "cancelled" && status !== "failed";
}
