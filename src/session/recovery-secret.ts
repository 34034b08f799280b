/** What the host page is asked for a recovery secret for. */
export interface RecoverySecretRequest {
  readonly userId: string;
  readonly reason:
    /** There is no recovery key yet, or it does not open everything any more: the secret becomes its passphrase, in place of the one before. */
    | "set-up"
    /** This device needs what the secret opens. */
    | "open";
}

/**
 * A host page that keeps the recovery secret for its visitors: a text that only it and the visitor's account there can get, of at least {@link SHORTEST_SECRET} characters, random, the same for the
 * same person every time. `undefined` leaves it to the visitor. Called once at a time, in one tab. melo keeps it nowhere.
 */
export type RecoverySecretSource = (request: RecoverySecretRequest) => Promise<string | undefined>;

/** Shorter ones are refused: the server could try them all. */
export const SHORTEST_SECRET = 16;

/** What became of the host page's secret; the visitor is left alone while it is `asking`. */
export type RecoverySecretStatus = "none" | "asking" | "done" | "refused";
