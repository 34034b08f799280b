import { msg, str } from "@lit/localize";

import type { RoomState } from "../matrix/room-state.js";
import type { SessionState } from "../session/session-state.js";
import { memoryWords, noticeWords } from "./session-words.js";

/** The one thing about a room that a visitor has to know or decide now. */
export interface RoomBanner {
  readonly kind: "tampered" | "unencrypted" | "unverified" | "upgraded" | "notice" | "memory";
  readonly tone: "care" | "quiet";
  readonly text: string;
  /** More, for those who ask. */
  readonly details?: { readonly label: string; readonly text: string };
  readonly action?: { readonly label: string; readonly effect: "encrypt" | "open" | "dismiss" | "verify" };
}

/**
 * The most important banner; the others wait. What concerns the secrecy of what is written goes first. With `saidElsewhere`, the page has a `<melo-encryption-status>`, which leads the visitor to
 * the verification of this device.
 */
export function roomBanner(room: RoomState, session: SessionState | undefined, saidElsewhere = false): RoomBanner | undefined {
  if (room.status !== "ready") return undefined;
  if (room.encryptionTampered) {
    return {
      kind: "tampered",
      tone: "care",
      text: msg("Someone tried to switch off encryption in this room. Your messages stay encrypted."),
      details: {
        label: msg("Details"),
        text: msg(
          "The server shows this room’s encryption setting as changed or missing. Once a room is encrypted it stays so on this device, whatever the server says.",
        ),
      },
    };
  }
  if (room.encryption === "unencrypted") {
    return {
      kind: "unencrypted",
      tone: "care",
      text: msg("Messages here are not encrypted."),
      action: room.canEncrypt ? { label: msg("Encrypt this room"), effect: "encrypt" } : undefined,
    };
  }
  if (session?.crossSigning === "missing" && session.recoverySecret !== "asking" && !saidElsewhere) {
    return {
      kind: "unverified",
      tone: "care",
      text: msg("This device is not verified, so what you write here may not arrive."),
      details: {
        label: msg("Why?"),
        text: msg("Your account has other devices. Until one of them vouches for this one, messages from here wait, or are marked."),
      },
      action: { label: msg("Verify this device"), effect: "verify" },
    };
  }
  if (room.replacement) {
    const { roomId, text } = room.replacement;
    const moved = msg("This room goes on in a new one.");
    return {
      kind: "upgraded",
      tone: "care",
      text: text ? `${moved} ${msg(str`“${text}”`)}` : moved,
      action: roomId ? { label: msg("Go to the new room"), effect: "open" } : undefined,
    };
  }
  if (session?.notice) {
    return { kind: "notice", tone: "care", text: noticeWords(session.notice).text, action: { label: msg("Continue"), effect: "dismiss" } };
  }
  if (session?.storage === "memory") {
    const { text, why } = memoryWords();
    return { kind: "memory", tone: "quiet", text, details: { label: msg("Why?"), text: why } };
  }
  return undefined;
}
