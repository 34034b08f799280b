import { msg, str } from "@lit/localize";

import type { TimelineItem } from "../matrix/timeline-item.js";
import { undecryptableSentence } from "./security-words.js";
import { callLine } from "./call-line.js";
import { memberSentences } from "./state-words.js";

/** At most one announcement in this time, in ms: what comes meanwhile is told together. */
const PAUSE = 2000;
/** So many messages are read out; more are counted. */
const READ_OUT = 2;
/** A longer text is cut, in UTF-16 code units. */
const LONGEST = 300;

/** Tells a screen reader, through a live region of the host, what others write: never history, never a flood. */
export class TimelineAnnouncer {
  readonly #say: (text: string) => void;
  #last?: string;
  #started = false;
  #waiting: TimelineItem[] = [];
  #timer?: ReturnType<typeof setTimeout>;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Takes the items of each snapshot, once the first ones are there. */
  update(items: readonly TimelineItem[]): void {
    const known = this.#last === undefined ? -1 : items.findLastIndex(({ key }) => key === this.#last);
    const isNew = this.#started && (known >= 0 || this.#last === undefined);
    this.#started = true;
    this.#last = items.at(-1)?.key;
    if (!isNew) return;
    this.#waiting.push(...items.slice(known + 1).filter((item) => !item.own && item.kind !== "state"));
    if (this.#waiting.length && this.#timer === undefined) this.#tell();
  }

  /** Forgets everything: another room is shown, or none. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#last = undefined;
    this.#started = false;
    this.#waiting = [];
  }

  #tell = (): void => {
    this.#timer = undefined;
    const items = this.#waiting.splice(0);
    if (!items.length) return;
    this.#say(items.length > READ_OUT ? msg(str`${items.length} new messages`) : items.map(itemSummary).join("\n"));
    this.#timer = setTimeout(this.#tell, PAUSE);
  };
}

/** An item in one line of text: who, and what. */
export function itemSummary(item: TimelineItem): string {
  const name = item.sender.name;
  switch (item.kind) {
    case "message":
      return item.style === "emote" ? `${name} ${cut(item.body)}` : `${name}: ${cut(item.body)}`;
    case "file":
      return msg(str`${name} sent a file: ${cut(item.name)}`);
    case "undecryptable":
      return `${name}: ${undecryptableSentence(item.reason, name)}`;
    case "redacted":
      return msg(str`${name}: message deleted`);
    case "state":
      return callLine(item, Date.now())?.text ?? memberSentences([item]);
    case "unsupported":
      return `${name}: ${cut(item.body ?? msg("a message that cannot be shown here"))}`;
  }
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
