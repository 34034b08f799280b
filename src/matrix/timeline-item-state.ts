import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";

import { weakensEncryption } from "./encryption-event.js";
import { fieldsOf, textIn } from "./event-content.js";
import { cleanName } from "./people.js";
import type { Sender, StateChange } from "./timeline-item.js";

type Fields = Readonly<Record<string, unknown>>;

/** Who takes part in calls is state too, and changes too often to be told. */
const UNTOLD = /^(org\.matrix\.msc3401\.call|m\.call|m\.rtc|m\.space\.child|m\.space\.parent)/;

/** What a state event changed; `undefined` if that is nothing to tell. `person` says who a user id is at that moment. Client-server specification, "Room Events". */
export function stateChangeOf(event: MatrixEvent, person: (userId: string) => Sender): StateChange | undefined {
  const content = fieldsOf(event.getOriginalContent());
  const before = fieldsOf(event.getPrevContent());
  const type = event.getType();
  switch (type) {
    case "m.room.create":
      return { type: "created" };
    case "m.room.encryption":
      return weakensEncryption(content, before) ? { type: "encryption-altered" } : { type: "encryption-enabled" };
    case "m.room.name":
      return { type: "name", name: cleanName(content["name"]) };
    case "m.room.topic":
      return { type: "topic", topic: textIn(content, "topic") ?? "" };
    case "m.room.avatar":
      return { type: "avatar" };
    case "m.room.member":
      return memberChange(event, content, before, person);
    case "m.room.join_rules":
      return { type: "join-rule", rule: textIn(content, "join_rule") ?? "" };
    case "m.room.history_visibility":
      return { type: "history-visibility", visibility: textIn(content, "history_visibility") ?? "" };
    case "m.room.power_levels":
      return { type: "power-levels" };
    case "m.room.tombstone":
      return { type: "upgraded" };
    default:
      return UNTOLD.test(type) ? undefined : { type: "other", eventType: type.slice(0, 255) };
  }
}

function memberChange(event: MatrixEvent, content: Fields, before: Fields, person: (userId: string) => Sender): StateChange | undefined {
  const userId = event.getStateKey() ?? "";
  const isOwn = userId === event.getSender();
  const was = textIn(before, "membership") ?? "leave";
  const reason = textIn(content, "reason");
  const target = person(userId);
  switch (textIn(content, "membership")) {
    case "join":
      return was === "join" ? profileChange(content, before, userId) : { type: "member-joined" };
    case "invite":
      return { type: "member-invited", target, reason };
    case "knock":
      return { type: "knocked" };
    case "ban":
      return { type: "member-banned", target, reason };
    case "leave":
      if (isOwn) return was === "invite" ? { type: "invitation-declined" } : was === "knock" ? undefined : { type: "member-left" };
      if (was === "ban") return { type: "member-unbanned", target, reason };
      return { type: was === "invite" ? "invitation-withdrawn" : "member-removed", target, reason };
    default:
      throw new TypeError("A member event without a membership.");
  }
}

function profileChange(content: Fields, before: Fields, userId: string): StateChange | undefined {
  const from = cleanName(before["displayname"]) || userId;
  const to = cleanName(content["displayname"]) || userId;
  if (from !== to) return { type: "member-renamed", from, to };
  return content["avatar_url"] === before["avatar_url"] ? undefined : { type: "member-avatar" };
}
