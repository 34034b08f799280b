/**
 * `asking`: waits for the other device to agree. `asked`: the other device waits for this one. `ready`: both agreed; `start` leads on. `starting`: the devices
 * agree on what to show. `emoji`: compare them. `confirming`: waits for the other side to say that they match. `done`, `cancelled` and `failed` stay until `dismiss` or the next flow.
 */
export type VerificationStatus =
  | "idle"
  | "asking"
  | "asked"
  | "ready"
  | "starting"
  | "emoji"
  | "confirming"
  | "done"
  | "cancelled"
  | "failed";

/** Whether a flow is under way. */
export function isUnderWay({ status }: { readonly status: VerificationStatus }): boolean {
  return status !== "idle" && status !== "done" && status !== "cancelled" && status !== "failed";
}
