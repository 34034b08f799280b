import { msg, str } from "@lit/localize";

import type { CallState, Participant } from "../media/calls-state.js";

/** At most one announcement in this time, in ms: what comes meanwhile is told together. */
const PAUSE = 2000;
/** So many things are read out; more are summed up. */
const READ_OUT = 3;

/** Tells a screen reader, through a live region of its host, who comes, goes, raises a hand or shows a screen. Never what this visitor does, and never who speaks: that is heard. */
export class CallAnnouncer {
  readonly #say: (text: string) => void;
  #roomId?: string;
  #people = new Map<string, Participant>();
  #waiting: string[] = [];
  #timer?: ReturnType<typeof setTimeout>;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** Takes each snapshot of the call. Who is in it at first is not announced. */
  update(call: CallState | undefined): void {
    if (call?.status === "joining" || call?.status === "reconnecting") return; // they come and go as the connection does
    const isNew = call?.roomId !== this.#roomId;
    const before = this.#people;
    this.#people = new Map(call?.participants.filter(({ isLocal }) => !isLocal).map((one) => [one.id, one]));
    this.#roomId = call?.roomId;
    if (isNew) return this.#reset();
    for (const [id, now] of this.#people) this.#compare(before.get(id), now);
    for (const [id, { name }] of before) if (!this.#people.has(id)) this.#waiting.push(msg(str`${name} left`));
    if (this.#waiting.length && this.#timer === undefined) this.#tell();
  }

  /** Forgets what is not said yet. */
  stop(): void {
    this.#reset();
    this.#roomId = undefined;
    this.#people.clear();
  }

  #compare(before: Participant | undefined, now: Participant): void {
    const { name } = now;
    if (!before) this.#waiting.push(msg(str`${name} joined`));
    if (now.handRaisedAt !== undefined && before?.handRaisedAt === undefined) this.#waiting.push(msg(str`${name} raised a hand`));
    const [had, has] = [screensOf(before), screensOf(now)];
    if (has > had) this.#waiting.push(msg(str`${name} shares a screen`));
    else if (has < had) this.#waiting.push(msg(str`${name} stopped sharing`));
  }

  #tell = (): void => {
    this.#timer = undefined;
    const all = this.#waiting.splice(0);
    if (!all.length) return;
    const more = all.length - READ_OUT;
    this.#say(more > 0 ? `${all.slice(0, READ_OUT).join(". ")}. ${msg(str`${more} more changes`)}` : all.join(". "));
    this.#timer = setTimeout(this.#tell, PAUSE);
  };

  #reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }
}

function screensOf(participant: Participant | undefined): number {
  return participant?.tracks.filter(({ source }) => source === "screen").length ?? 0;
}
