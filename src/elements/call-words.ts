import { msg, str } from "@lit/localize";

import type { ErrorInfo } from "../internal/errors.js";
import type { BlockReason, CallState, DeviceKind, LocalSource, TrackSource } from "../media/calls-state.js";
import type { JoinPermission } from "../media/room-call-state.js";
import { errorWords } from "./session-words.js";

/** A sentence about a call, and the way out. */
export interface CallWords {
  readonly text: string;
  /** A second sentence: what the visitor can do outside of this page. */
  readonly how?: string;
  /** Whether trying again may help. */
  readonly again?: boolean;
}

/** For how long, in ms, a key that has not come is nothing to explain. */
export const CALM = 5000;

/** What to say about an error of a call, its devices or its services. */
export function callErrorWords(error: ErrorInfo): CallWords {
  switch (error.code) {
    case "call-service-missing":
      return { text: msg("Your server has no service for calls."), how: msg("Whoever runs it has to set one up.") };
    case "call-service-unreachable":
      return { text: msg("The service for calls does not answer."), how: msg("Try again in a moment."), again: true };
    case "call-service-refused":
      return {
        text: msg("The service for calls does not let you in."),
        how: msg("Ask whoever runs it whether your account may join."),
        again: true,
      };
    case "call-full":
      return { text: msg("The call takes nobody else right now."), how: msg("Try again when somebody has left."), again: true };
    case "call-unreachable":
      return {
        text: msg("The call cannot be reached from here."),
        how: msg("Check your connection. Some networks block calls: try another one."),
        again: true,
      };
    case "call-encryption-failed":
      return {
        text: msg("The call could not be encrypted, so you are not in it. Nothing was sent."),
        how: msg("Try again, or use a newer browser."),
        again: true,
      };
    case "call-replaced":
      return { text: msg("You went on with the call somewhere else."), again: true };
    case "microphone-denied":
    case "microphone-missing":
    case "microphone-busy":
      return deviceWords("microphone", error.code.slice("microphone-".length) as LocalSource["status"])!;
    case "camera-denied":
    case "camera-missing":
    case "camera-busy":
      return deviceWords("camera", error.code.slice("camera-".length) as LocalSource["status"])!;
    case "screen-denied":
      return {
        text: msg("The browser does not allow sharing the screen here."),
        how: msg("Allow it in the settings of the browser, and of the system, then try again."),
        again: true,
      };
    case "forbidden":
      return { text: msg("You may not do this here."), how: msg("Somebody who runs this room can allow it.") };
    case "unsupported":
      return { text: msg("This browser cannot join encrypted calls."), how: msg("Try a newer one.") };
    default: {
      const { text, action } = errorWords(error);
      return { text, again: action !== undefined };
    }
  }
}

/** Why the own microphone or camera is not there; `undefined` where nothing is wrong. */
export function deviceWords(kind: "microphone" | "camera", status: LocalSource["status"]): CallWords | undefined {
  const isMicrophone = kind === "microphone";
  switch (status) {
    case "denied":
      return {
        text: isMicrophone ? msg("The browser does not allow the microphone here.") : msg("The browser does not allow the camera here."),
        how: msg("Open the settings of this page, beside its address, allow it there, then try again."),
        again: true,
      };
    case "missing":
      return {
        text: isMicrophone ? msg("There is no microphone.") : msg("There is no camera."),
        how: msg("Connect one, then try again."),
        again: true,
      };
    case "busy":
      return {
        text: isMicrophone ? msg("Another program uses the microphone.") : msg("Another program uses the camera."),
        how: msg("Close that program, then try again."),
        again: true,
      };
    case "failed":
      return { text: isMicrophone ? msg("The microphone does not work.") : msg("The camera does not work."), again: true };
    case "off":
    case "starting":
    case "on":
      return undefined;
  }
}

/** Why somebody's track is neither played nor shown. `waited`: since when a key is missing, in ms. */
export function blockWords(reason: BlockReason, source: TrackSource, name: string, waited = 0): string {
  switch (reason) {
    case "not-encrypted":
      return notEncrypted(source, name);
    case "key-missing":
      if (waited < CALM) return msg(str`Waiting for ${name}'s key…`);
      return msg(str`${name}'s key has not come yet, so you do not hear or see them. If it does not come soon, leave and join again.`);
    case "key-wrong":
      return msg(str`What ${name} sends does not fit their key, so it is not played. If it stays like this, leave and join again.`);
    case "key-refused":
      return msg(str`${name}'s key did not come from them in a safe way, so it is not used. You do not hear or see them.`);
    case "not-allowed":
      return msg(str`${name} may not speak in this room, so you do not hear or see them.`);
  }
}

function notEncrypted(source: TrackSource, name: string): string {
  switch (source) {
    case "microphone":
      return msg(str`${name}'s sound is not encrypted, so it is not played.`);
    case "camera":
      return msg(str`${name}'s picture is not encrypted, so it is not shown.`);
    case "screen":
      return msg(str`${name}'s screen is not encrypted, so it is not shown.`);
    case "screen-audio":
      return msg(str`The sound of ${name}'s screen is not encrypted, so it is not played.`);
  }
}

/** Why this account may not go in; empty if it may. */
export function joinWords(permission: JoinPermission): string {
  switch (permission) {
    case "allowed":
      return "";
    case "not-joined":
      return msg("You are not in this room. Join it to see who is inside.");
    case "no-permission":
      return msg("You may not join here. Somebody who runs this room can allow it.");
    case "no-service":
      return msg("Your server has no service for calls. Whoever runs it has to set one up.");
  }
}

/** To somebody whom the power levels do not let speak. */
export function listenOnlyWords(): string {
  return msg("You can listen here. Somebody who runs this room can let you speak.");
}

/** To somebody who cannot read yet who is inside. */
export function unreadableWords(): string {
  return msg("Somebody may be inside: this device does not have the key to see who.");
}

/** To somebody whose account is in this call in another tab. */
export function elsewhereWords(): string {
  return msg("You are in this call in another tab.");
}

/** Where a call stands, in a few words. */
export function statusWords({ status, step }: Pick<CallState, "status" | "step">): string {
  switch (status) {
    case "joining":
      return joiningWords(step);
    case "connected":
      return msg("Connected");
    case "reconnecting":
      return msg("Reconnecting…");
    case "leaving":
      return msg("Leaving…");
    case "failed":
      return msg("The call ended.");
  }
}

function joiningWords(step: CallState["step"]): string {
  switch (step) {
    case "code":
      return msg("Loading the call…");
    case "keys":
      return msg("Exchanging keys…");
    case "connection":
      return msg("Connecting…");
    case "access":
    case "membership":
    case undefined:
      return msg("Joining…");
  }
}

/** Of the whole call. */
export function encryptionWords({ encrypted }: Pick<CallState, "encrypted">): string {
  return encrypted ? msg("End-to-end encrypted") : msg("This call is not encrypted.");
}

/** About people at the media server who are not in the room. */
export function intruderWords({ intruders, encrypted }: Pick<CallState, "intruders" | "encrypted">): string {
  const who =
    intruders === 1
      ? msg("Somebody is connected who is not in this room's call. You do not hear or see them.")
      : msg(str`${intruders} are connected who are not in this room's call. You do not hear or see them.`);
  return encrypted ? `${who} ${msg("They have no key, so they do not hear or see you.")}` : who;
}

export function kindWords(kind: DeviceKind): string {
  switch (kind) {
    case "microphone":
      return msg("Microphone");
    case "camera":
      return msg("Camera");
    case "speaker":
      return msg("Speaker");
  }
}
