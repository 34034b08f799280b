import type { ErrorInfo } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import type { Sender } from "./timeline-item.js";

/** Somebody whose identity is not the one that this account knew. */
export interface ChangedIdentity extends Sender {
  /** This account had verified the former one: nothing is sent to the room until the visitor decides. */
  readonly wasVerified: boolean;
}

export interface RoomIdentitiesState {
  readonly status: "loading" | "ready" | "failed";
  /** The people about whom the visitor has to decide, those first who were verified. */
  readonly changed: readonly ChangedIdentity[];
  /** There is somebody else in the room, and everybody else is verified. */
  readonly allVerified: boolean;
  /** With `failed`. */
  readonly error?: ErrorInfo;
}

export const INITIAL_ROOM_IDENTITIES: RoomIdentitiesState = Object.freeze({
  status: "loading",
  changed: Object.freeze([]),
  allVerified: false,
});

/** The identities of the people in one encrypted room; of a room that is not encrypted nothing is said. Actions reject with a MeloError. */
export interface RoomIdentities extends Readable<RoomIdentitiesState> {
  /** Takes the changed identity of somebody who was not verified. Rejects `identity-changed` if they were. */
  approve(userId: string): Promise<void>;
  /** Goes on without the verification of somebody whose identity changed; what waited is sent. */
  withdraw(userId: string): Promise<void>;
}
