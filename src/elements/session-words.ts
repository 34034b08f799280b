import { msg, str } from "@lit/localize";

import type { ErrorInfo } from "../internal/errors.js";
import type { SessionState } from "../session/session-state.js";

/** A sentence for the visitor, and what they can do about it. */
export interface Words {
  readonly text: string;
  /** The button's label and its effect; absent where nothing helps but waiting. */
  readonly action?: { readonly label: string; readonly effect: "retry" | "reload" | "sign-out" | "dismiss" };
  /** The mistake is the page owner's: show it with its code, and say it once in the console. */
  readonly forOwner?: boolean;
}

/** What to say about an error, wherever it comes from. `retryAfter` is not counted down here: see {@link waitWords}. */
export function errorWords(error: ErrorInfo): Words {
  switch (error.code) {
    case "homeserver-not-found":
      return cannotStart(msg("no Matrix server answers at the address in its homeserver attribute."), error);
    case "homeserver-invalid":
      return cannotStart(msg("the address in its homeserver attribute does not lead to a Matrix server."), error);
    case "homeserver-unreachable":
      return { text: msg("Cannot reach the server."), action: again() };
    case "offline":
      return { text: msg("You are offline."), action: again() };
    case "login-rejected":
      return { text: msg("The name or the password is not right.") };
    case "login-unsupported":
      return { text: msg("This server does not let you sign in this way.") };
    case "credentials-invalid":
      return cannotStart(msg("the credentials that this page gives are incomplete, or could not be fetched."), error, again());
    case "rate-limited":
      return { text: msg("Too many attempts. Wait a little, then try again."), action: again() };
    case "signed-out":
      return { text: msg("You were signed out.") };
    case "not-signed-in":
      return { text: msg("Sign in first.") };
    case "wasm-mime":
      return cannotStart(msg("its encryption code has the wrong type. Serve .wasm files as application/wasm."), error);
    case "wasm-blocked":
      return cannotStart(msg("this page's security policy blocks its encryption code. Add 'wasm-unsafe-eval' to script-src."), error);
    case "wasm-not-found":
      return cannotStart(msg("its encryption code is missing. Put the .wasm file beside melo, or set wasm-url."), error);
    case "wasm-unreachable":
      return cannotStart(msg("its encryption code could not be loaded. Check the connection, connect-src and CORS."), error, again());
    case "code-unreachable":
      return { text: msg("A part of this page could not be loaded."), action: reload() };
    case "start-timeout":
      return { text: msg("Opening your messages takes too long."), action: again() };
    case "store-wrong-key":
    case "store-other-device":
      return { text: msg("What this browser keeps cannot be opened. Sign out, then sign in again."), action: signOut() };
    case "store-lost":
      return { text: storageLost(), action: { label: msg("Continue"), effect: "retry" } };
    case "store-closed":
      return { text: msg("The browser closed this page's storage."), action: reload() };
    case "store-full":
      return { text: msg("This browser has no space left. Free some, then try again."), action: again() };
    case "room-not-found":
      return { text: msg("There is no such room, or you may not know of it."), action: again() };
    case "room-invalid":
      return cannotStart(msg("this is not a room's address. Write #name:server or !id:server."), error);
    case "user-invalid":
      return cannotStart(msg("this is not a person’s address. Write @name:server."), error);
    case "identity-unknown":
      return { text: msg("This person has not set up what it takes to be verified. Ask them to sign in once more, then try again.") };
    case "code-invalid":
      return { text: msg("This is not the code that the other side shows.") };
    case "verification-interrupted":
      return { text: msg("The tab that verified was closed. Start again.") };
    case "forbidden":
      return { text: msg("You may not do this here.") };
    case "too-large":
      return { text: msg("This message is too long to send.") };
    case "identity-changed":
      return { text: msg("Someone's security details changed. Messages wait until you decide.") };
    case "device-unverified":
      return { text: msg("This device is not verified, so it cannot send here yet.") };
    case "password-needed":
      return { text: msg("Write your password.") };
    case "password-wrong":
      return { text: msg("The password is not right.") };
    case "proof-unsupported":
      return { text: msg("Your server lets you do this only on its own account page.") };
    case "approval-needed":
      return { text: msg("Your server asks you to allow this on its account page first.") };
    case "recovery-key-wrong":
      return { text: msg("This is not the right key. Nothing was changed.") };
    case "recovery-none":
      return { text: msg("This account has no recovery key yet.") };
    case "recovery-exists":
      return { text: msg("This account has a recovery key already.") };
    case "recovery-incomplete":
      return { text: msg("The key is right, but what it should open is not complete. Verify this device with another one of yours.") };
    case "backup-gone":
      return { text: msg("The backup was deleted or replaced on another device.") };
    case "backup-locked":
      return { text: msg("There is a backup that this device cannot open.") };
    case "key-file-invalid":
      return { text: msg("This is not a key file, or it is damaged. Nothing was added.") };
    case "key-file-passphrase":
      return { text: msg("This is not the passphrase of the file, or the file was altered. Nothing was added.") };
    case "call-service-missing":
    case "call-service-unreachable":
    case "call-service-refused":
    case "call-full":
    case "call-unreachable":
    case "call-encryption-failed":
    case "call-replaced":
    case "microphone-denied":
    case "microphone-missing":
    case "microphone-busy":
    case "camera-denied":
    case "camera-missing":
    case "camera-busy":
    case "screen-denied":
      return { text: msg("The call did not work."), action: again() }; // call-words.ts says more, where calls are
    case "interrupted":
      return { text: msg("This was interrupted. Look whether it happened, then try again."), action: again() };
    case "unsupported":
      return { text: msg("This browser cannot open encrypted messages here. Try a newer one."), action: reload() };
    case "unknown":
      return { text: msg("This did not work."), action: again() };
  }
}

/** What to say about a session that goes on with less than usual; `undefined` when all is well, or when `<melo-login>` has the word. */
export function conditionWords(state: SessionState, now: number): Words | undefined {
  if (state.status === "reconnecting") {
    if (state.error?.code === "offline") return { text: msg("You are offline. Messages are sent when you are back.") };
    return { text: unreachable(state, now), action: { label: msg("Try now"), effect: "retry" } };
  }
  if (state.status === "failed" && state.error) return errorWords(state.error);
  return undefined;
}

/** Something the visitor should know once. */
export function noticeWords(notice: NonNullable<SessionState["notice"]>): Words {
  switch (notice) {
    case "signed-out-elsewhere":
      return { text: msg("You were signed out on another device.") };
    case "storage-lost":
      return { text: storageLost(), action: { label: msg("Continue"), effect: "dismiss" } };
    case "storage-reset":
      return {
        text: msg("What this browser kept could not be read and was removed. You go on as a new device."),
        action: { label: msg("Continue"), effect: "dismiss" },
      };
  }
}

/** For storage that ends with the page: what is, and why. */
export function memoryWords(): { readonly text: string; readonly why: string } {
  return {
    text: msg("This browser keeps nothing here: messages are readable until you close the page."),
    why: msg("It is a private window, or the page stands inside another site and the browser gives it no storage."),
  };
}

/** What starting waits for, to be said when it takes longer than 3 s. */
export function stepWords({ step, account }: SessionState): string {
  switch (step) {
    case "code":
      return msg("Still loading the encryption code.");
    case "storage":
      return msg("Still opening what this browser keeps.");
    case "encryption":
      return msg("Still preparing the encryption.");
    case "server":
      return msg(str`Still waiting for ${serverName(account?.homeserver)}.`);
    case undefined:
      return msg("This takes longer than usual.");
  }
}

/** After "too many attempts": how long to wait still. */
export function waitWords(until: number, now: number): string {
  return msg(str`Try again in ${secondsUntil(until, now)} s.`);
}

/** The host of a base URL, as people know a server. */
export function serverName(homeserver: string | undefined): string {
  return homeserver && URL.canParse(homeserver) ? new URL(homeserver).host : msg("the server");
}

/** Whole seconds, never below 1: "in 0 s" is no time to wait. */
export function secondsUntil(time: number, now: number): number {
  return Math.max(1, Math.ceil((time - now) / 1000));
}

function unreachable({ account, retryAt }: SessionState, now: number): string {
  const server = serverName(account?.homeserver);
  if (retryAt === undefined || retryAt <= now) return msg(str`Cannot reach ${server}. Trying again…`);
  return msg(str`Cannot reach ${server}. Trying again in ${secondsUntil(retryAt, now)} s.`);
}

function storageLost(): string {
  return msg("This browser lost its keys. Your messages are safe if you have your recovery key or another device.");
}

function cannotStart(why: string, { code }: ErrorInfo, action?: Words["action"]): Words {
  return { text: msg(str`melo cannot start: ${why} [${code}]`), action, forOwner: true };
}

const again = (): Words["action"] => ({ label: msg("Try again"), effect: "retry" });
const reload = (): Words["action"] => ({ label: msg("Reload"), effect: "reload" });
const signOut = (): Words["action"] => ({ label: msg("Sign out"), effect: "sign-out" });
