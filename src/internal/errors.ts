/** What went wrong, in one word. Elements turn a code into a sentence and an action; the code itself is stable API. */
export type MeloErrorCode =
  /** No homeserver answers at the given URL or server name. */
  | "homeserver-not-found"
  /** The server name's `/.well-known/matrix/client` is broken or points to something that is no homeserver. */
  | "homeserver-invalid"
  /** The homeserver does not answer now; it is asked again. */
  | "homeserver-unreachable"
  /** The browser is offline. */
  | "offline"
  /** Wrong user name, password, token or JWT. */
  | "login-rejected"
  /** The server does not offer this way to sign in. */
  | "login-unsupported"
  /** The host page's `credentials` are incomplete, or its function failed. */
  | "credentials-invalid"
  /** The server asks to wait: `retryAfter` says how many ms. */
  | "rate-limited"
  /** The access token is no longer valid. */
  | "signed-out"
  /** The action needs a signed-in session. */
  | "not-signed-in"
  /** The crypto wasm was served with another MIME type than `application/wasm`. */
  | "wasm-mime"
  /** The page's Content Security Policy lacks `'wasm-unsafe-eval'`. */
  | "wasm-blocked"
  /** The crypto wasm is not where melo was loaded from (404). */
  | "wasm-not-found"
  /** The crypto wasm could not be fetched: no network, CORS, or `connect-src`. */
  | "wasm-unreachable"
  /** A part of melo's own code could not be loaded. */
  | "code-unreachable"
  /** Starting took longer than allowed. */
  | "start-timeout"
  /** The crypto store cannot be opened with the key kept for it. */
  | "store-wrong-key"
  /** The crypto store belongs to another device. */
  | "store-other-device"
  /** The browser evicted or damaged the crypto store: this device's keys are gone. */
  | "store-lost"
  /** The store was closed under the running client and could not be opened again. */
  | "store-closed"
  /** The browser gives no more storage. */
  | "store-full"
  /** There is no such room, or this account may not know of it. */
  | "room-not-found"
  /** Not the text of a room id or alias. */
  | "room-invalid"
  /** Not the text of a user id. */
  | "user-invalid"
  /** The person has published no identity, so there is nothing to verify. */
  | "identity-unknown"
  /** What was scanned is not the code of a verification; nothing happened. */
  | "code-invalid"
  /** The tab that ran the verification went away; nothing was verified. */
  | "verification-interrupted"
  /** This account lacks the permission. */
  | "forbidden"
  /** The message is larger than the server takes (64 KiB as an encrypted event). */
  | "too-large"
  /** Encryption refused: a recipient's identity changed and waits for a decision. */
  | "identity-changed"
  /** Encryption refused: under the session's device policy this device may not send before its owner's identity has signed it. */
  | "device-unverified"
  /** The server asks for the password before it does this. */
  | "password-needed"
  /** The server does not take this password. */
  | "password-wrong"
  /** The server asks for another proof than the password, which only its own page can take. */
  | "proof-unsupported"
  /** The server wants its owner to allow this on its account page first. */
  | "approval-needed"
  /** What was entered is neither the recovery key nor its passphrase; nothing was changed. */
  | "recovery-key-wrong"
  /** The account has no recovery key. */
  | "recovery-none"
  /** The account has a recovery key already. */
  | "recovery-exists"
  /** The recovery key is right, and what it should open is missing or belongs to a former identity. */
  | "recovery-incomplete"
  /** The backup was deleted or replaced by another device. */
  | "backup-gone"
  /** There is a backup that this device cannot open, and it is not replaced without being told so. */
  | "backup-locked"
  /** Not a key file, or one that is damaged. */
  | "key-file-invalid"
  /** The passphrase of the key file is not right, or the file was altered. */
  | "key-file-passphrase"
  /** The homeserver names no service for calls, and none is configured: its administrator has to set one up. */
  | "call-service-missing"
  /** The service that gives access to calls does not answer. */
  | "call-service-unreachable"
  /** The service refuses this account or room; `message` says why. */
  | "call-service-refused"
  /** The SFU has no room for one more, or does not answer. */
  | "call-full"
  /** The SFU cannot be reached: no way through the network, or it does not run. */
  | "call-unreachable"
  /** The encryption of the call could not be switched on; nothing was sent. */
  | "call-encryption-failed"
  /** The account joined this or another call elsewhere. */
  | "call-replaced"
  /** The browser or the visitor does not allow the microphone here. */
  | "microphone-denied"
  | "microphone-missing"
  /** Another program uses it. */
  | "microphone-busy"
  /** The browser or the visitor does not allow the camera here. */
  | "camera-denied"
  | "camera-missing"
  /** Another program uses it. */
  | "camera-busy"
  /** The browser or the system does not allow sharing the screen. */
  | "screen-denied"
  /** The tab that carried this out went away, and whether it happened is not known. */
  | "interrupted"
  /** The browser lacks something melo needs; `message` names it. */
  | "unsupported"
  /** Anything else; `message` has the developer's detail. */
  | "unknown";

/** An error as plain data: what snapshots hold and what crosses from tab to tab. No UI text, no secret. */
export interface ErrorInfo {
  readonly code: MeloErrorCode;
  /** For developers, in English; never shown as the only explanation. */
  readonly message: string;
  /** With `rate-limited` and the like: how long to wait, in ms. */
  readonly retryAfter?: number;
}

/** The one error class of melo: every rejected action rejects with it. */
export class MeloError extends Error implements ErrorInfo {
  override readonly name = "MeloError";
  readonly code: MeloErrorCode;
  readonly retryAfter?: number;

  constructor(code: MeloErrorCode, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfter = options.retryAfter;
  }

  /** The plain form, without `cause` and stack. */
  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message, retryAfter: this.retryAfter };
  }

  /** `error` itself if it is a MeloError, else one with `code` that keeps it as the cause. */
  static from(error: unknown, code: MeloErrorCode = "unknown"): MeloError {
    if (error instanceof MeloError) return error;
    return new MeloError(code, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Whether the same request may succeed later without anyone doing anything. */
export function isTemporary({ code }: Pick<ErrorInfo, "code">): boolean {
  return code === "offline" || code === "homeserver-unreachable" || code === "rate-limited";
}
