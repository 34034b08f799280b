/**
 * What this account knows of another user's identity (the keys by which a user vouches for their devices). Client-server specification, "Cross-signing"; the last two are of MSC4153's
 * kind: first seen is pinned, and a change is told.
 */
export type IdentityStatus =
  /** The user has published none, or it has not been seen yet. */
  | "unknown"
  /** Seen and pinned; nobody has compared it. */
  | "known"
  /** Compared with the user, by a verification. */
  | "verified"
  /** Another one than was pinned. It is used, once it is approved without a word. */
  | "changed"
  /** Was verified and is another one now: nothing is sent to the user until this account verifies the new one or goes on without. */
  | "changed-since-verified";
