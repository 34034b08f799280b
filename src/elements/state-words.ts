import { msg, str } from "@lit/localize";

import type { Sender, StateItem } from "../matrix/timeline-item.js";

/** The names that stand in a sentence before the rest is counted. */
const NAMED = 3;

/** One change of the room in plain words, as one sentence. */
export function stateSentence({ sender, change }: Pick<StateItem, "sender" | "change">): string {
  const who = sender.name;
  switch (change.type) {
    case "created":
      return msg(str`${who} created this room.`);
    case "encryption-enabled":
      return msg(str`${who} switched encryption on.`);
    case "encryption-altered":
      return msg(str`${who} tried to change the encryption of this room. Nothing changed.`);
    case "name":
      return change.name ? msg(str`${who} named the room “${change.name}”.`) : msg(str`${who} removed the room’s name.`);
    case "topic":
      return change.topic ? msg(str`${who} set the topic to “${change.topic}”.`) : msg(str`${who} removed the topic.`);
    case "avatar":
      return msg(str`${who} changed the room’s picture.`);
    case "member-renamed":
      return msg(str`${change.from} is now called ${change.to}.`);
    case "member-avatar":
      return msg(str`${who} changed their picture.`);
    case "join-rule":
      return joinRule(who, change.rule);
    case "history-visibility":
      return historyVisibility(who, change.visibility);
    case "power-levels":
      return msg(str`${who} changed who may do what.`);
    case "upgraded":
      return msg(str`${who} moved this room to a new one.`);
    case "verification-requested":
      return msg(str`${who} asked for a verification.`);
    case "call":
      return change.video ? msg(str`${who}: video call.`) : msg(str`${who}: call.`);
    case "other":
      return msg(str`${who} changed this room.`);
    default:
      return memberSentence([{ sender, change }]);
  }
}

/** A change that concerns one person: these are told together when many follow each other. */
export function isMemberChange({ change }: Pick<StateItem, "change">): boolean {
  return change.type.startsWith("member-") || change.type.startsWith("invitation-") || change.type === "knocked";
}

/** Many changes of people in as few sentences as it takes: "Bob, Carol and 3 others joined. Dan left." */
export function memberSentences(changes: readonly Pick<StateItem, "sender" | "change">[]): string {
  const groups = new Map<string, Pick<StateItem, "sender" | "change">[]>();
  for (const one of changes) {
    const key = groupKey(one);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map(memberSentence).join(" ");
}

/** What is said in one sentence: the same change, by the same person where there is a target, without a reason of its own. */
function groupKey({ sender, change }: Pick<StateItem, "sender" | "change">): string {
  if (change.type === "member-renamed") return `${change.type} ${sender.userId} ${change.to}`;
  if (!("target" in change)) return change.type;
  return `${change.type} ${sender.userId} ${change.reason ?? ""}`;
}

function memberSentence(changes: readonly Pick<StateItem, "sender" | "change">[]): string {
  const { sender, change } = changes[0]!;
  const who = sender.name;
  const whom = names(changes.map((one) => ("target" in one.change ? one.change.target : one.sender)));
  const many = whom.count > 1;
  switch (change.type) {
    case "member-joined":
      return msg(str`${whom.text} joined.`);
    case "member-left":
      return msg(str`${whom.text} left.`);
    case "invitation-declined":
      return many ? msg(str`${whom.text} declined their invitations.`) : msg(str`${whom.text} declined the invitation.`);
    case "knocked":
      return many ? msg(str`${whom.text} ask to join.`) : msg(str`${whom.text} asks to join.`);
    case "member-avatar":
      return many ? msg(str`${whom.text} changed their pictures.`) : msg(str`${whom.text} changed their picture.`);
    case "member-invited":
      return msg(str`${who} invited ${whom.text}.`) + because(change.reason);
    case "invitation-withdrawn":
      return msg(str`${who} withdrew the invitation of ${whom.text}.`) + because(change.reason);
    case "member-removed":
      return msg(str`${who} removed ${whom.text}.`) + because(change.reason);
    case "member-banned":
      return msg(str`${who} banned ${whom.text}.`) + because(change.reason);
    case "member-unbanned":
      return msg(str`${who} lifted the ban of ${whom.text}.`) + because(change.reason);
    default:
      return stateSentence({ sender, change });
  }
}

function because(reason: string | undefined): string {
  return reason ? ` ${msg(str`Reason: “${reason}”.`)}` : "";
}

/** "Bob, Carol and 3 others", each person once. */
function names(people: readonly Sender[]): { text: string; count: number } {
  const once = [...new Map(people.map((person) => [person.userId, person.name])).values()];
  const [first = "", second = "", third = ""] = once;
  if (once.length === 1) return { text: first, count: 1 };
  if (once.length === 2) return { text: msg(str`${first} and ${second}`), count: 2 };
  if (once.length === NAMED) return { text: msg(str`${first}, ${second} and ${third}`), count: NAMED };
  return { text: msg(str`${first}, ${second} and ${once.length - 2} others`), count: once.length };
}

function joinRule(who: string, rule: string): string {
  switch (rule) {
    case "public":
      return msg(str`${who} opened the room to everyone.`);
    case "invite":
      return msg(str`${who} made the room open by invitation only.`);
    case "knock":
      return msg(str`${who} let everyone ask to join.`);
    default:
      return msg(str`${who} changed who may join.`);
  }
}

function historyVisibility(who: string, visibility: string): string {
  switch (visibility) {
    case "world_readable":
      return msg(str`${who} made the messages readable for everyone, from now on.`);
    case "shared":
      return msg(str`${who} made the messages readable for all who join, from now on.`);
    case "invited":
      return msg(str`${who} made the messages readable from the moment of the invitation.`);
    case "joined":
      return msg(str`${who} made the messages readable from the moment of joining.`);
    default:
      return msg(str`${who} changed who may read the messages.`);
  }
}
