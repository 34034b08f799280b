import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";

/** Where this account stands with a room. */
export type RoomStatus =
  /** Nothing is known yet. */
  | "loading"
  /** Joined: read and, if `canSend`, write. */
  | "ready"
  /** Invited; `invitation` says by whom. Actions: `join`, `decline`. */
  | "invited"
  /** Not in it, but anyone (or this account) may join. Action: `join`. */
  | "joinable"
  | "joining"
  /** No such alias or room, or the server does not tell. */
  | "not-found"
  /** It exists and this account may not join without an invitation. */
  | "forbidden"
  /** Left by the visitor; action: `join`. */
  | "left"
  /** Removed by somebody (`departure`). */
  | "kicked"
  | "banned"
  | "failed";

export interface RoomState {
  readonly status: RoomStatus;
  /** Known once the reference (alias or id) is resolved. */
  readonly roomId?: string;
  /** As the room should be called now: name, alias, or its people. Hostile text. */
  readonly name: string;
  readonly topic?: string;
  /** An `mxc:` URI that passed the strict grammar. */
  readonly avatar?: string;
  readonly joinedCount: number;
  readonly isDirect: boolean;
  readonly encryption: "unknown" | "encrypted" | "unencrypted";
  /** The server showed an `m.room.encryption` event removed or altered after encryption was on. Nothing changes but the warning. */
  readonly encryptionTampered: boolean;
  /** This account may switch encryption on. */
  readonly canEncrypt: boolean;
  /** This account may send messages. */
  readonly canSend: boolean;
  readonly invitation?: { readonly inviterId: string; readonly inviterName: string };
  /** Who removed or banned the visitor, and why, as far as the server says. */
  readonly departure?: { readonly by?: string; readonly reason?: string };
  /** The room was upgraded; `roomId` is set unless the new room visibly names another predecessor (CVE-2025-59160). */
  readonly replacement?: { readonly roomId?: string; readonly text?: string };
  readonly error?: ErrorInfo;
}

export const INITIAL_ROOM: RoomState = Object.freeze({
  status: "loading",
  name: "",
  joinedCount: 0,
  isDirect: false,
  encryption: "unknown",
  encryptionTampered: false,
  canEncrypt: false,
  canSend: false,
});

/** One room as this account sees it. Every action rejects with a MeloError; its effect is seen when the snapshot changes. */
export interface Room extends Readable<RoomState> {
  /** Joins, or accepts the invitation. */
  join(): Promise<void>;
  /** Declines the invitation. */
  decline(): Promise<void>;
  leave(): Promise<void>;
  /** Asks again after `not-found`, `forbidden` or `failed`. */
  retry(): Promise<void>;
  /** Invites somebody, by user id. Where the room's history is shared, they get the keys of what was written before, too (MSC4268). Rejects `user-invalid`. */
  invite(userId: string): Promise<void>;
  /** Switches encryption on for ever. Cannot be undone: ask first. */
  encrypt(): Promise<void>;
}
