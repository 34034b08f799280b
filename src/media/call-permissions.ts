import type { Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";

import { CALL_MEMBER, RTC_MEMBER } from "../internal/call-events.js";
import { fieldsOf } from "../internal/fields.js";
import { SPEAK_EVENT, type JoinPermission } from "./room-call-state.js";

/** What the power levels of a room let people do in its call. */
export interface CallPermissions {
  readonly canJoin: JoinPermission;
  readonly canSpeak: boolean;
  readonly canRemove: boolean;
}

/** What this account may do. Whether there is a service is for others to know. */
export function permissionsIn(room: SdkRoom, userId: string, sticky: boolean): CallPermissions {
  if (room.getMyMembership() !== "join") return { canJoin: "not-joined", canSpeak: false, canRemove: false };
  const state = room.currentState;
  const mayJoin = sticky ? state.maySendEvent(RTC_MEMBER, userId) : state.maySendStateEvent(CALL_MEMBER, userId);
  return {
    canJoin: mayJoin ? "allowed" : "no-permission",
    canSpeak: maySpeak(room, userId),
    canRemove: state.hasSufficientPowerLevelFor("kick", levelOf(room, userId)),
  };
}

/** Whether a member of the room may be heard and seen ({@link SPEAK_EVENT}); everybody, where the room says nothing of it. */
export function maySpeak(room: SdkRoom, userId: string): boolean {
  const levels = fieldsOf(room.currentState.getStateEvents("m.room.power_levels", "")?.getContent());
  const needed = fieldsOf(levels["events"])[SPEAK_EVENT];
  return typeof needed !== "number" || levelOf(room, userId) >= needed;
}

function levelOf(room: SdkRoom, userId: string): number {
  return room.getMember(userId)?.powerLevel ?? 0;
}
