import type { KeyRefusal } from "./call-keys-state.js";
import type { BlockReason } from "./calls-state.js";
import type { CallMember } from "./room-call-state.js";

/** A track as the SFU offers it. */
export interface Offer {
  /** The SFU says that it is encrypted. Its word is not trusted: the worker opens everything anyway; it is what clear tracks are refused by before they are asked for. */
  readonly declaredEncrypted: boolean;
  /** Who the SFU says has it; undefined: nobody who is in the call. */
  readonly member: Pick<CallMember, "maySpeak"> | undefined;
}

export interface KeyStanding {
  /** A key of the sender is there. */
  readonly hasKey: boolean;
  /** The last key that came of the sender was refused. */
  readonly refused?: KeyRefusal;
  /** What the worker says of the sender's frames. */
  readonly trouble?: "key-missing" | "key-wrong";
}

/** Whether the SFU is asked for a track at all. In an encrypted call: only what claims to be encrypted; in every call: only of members who may speak. */
export function mayReceive(callEncrypted: boolean, { declaredEncrypted, member }: Offer): boolean {
  return member !== undefined && member.maySpeak && declaredEncrypted === callEncrypted;
}

/** Why a member's track is not played; `undefined`: it is. */
export function blockOf(callEncrypted: boolean, { declaredEncrypted, member }: Offer, keys: KeyStanding): BlockReason | undefined {
  if (!member?.maySpeak) return "not-allowed";
  if (!callEncrypted) return declaredEncrypted ? "key-missing" : undefined;
  if (!declaredEncrypted) return "not-encrypted";
  if (!keys.hasKey) return keys.refused ? "key-refused" : "key-missing";
  if (keys.trouble === undefined) return undefined;
  return keys.refused ? "key-refused" : keys.trouble;
}
