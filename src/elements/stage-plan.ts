import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Calls, CallState } from "../media/calls-state.js";
import { StageFocus } from "./stage-focus.js";
import { speakersOf, stageTiles, type StageTile } from "./stage-tiles.js";

/** Which tiles there are, in which order they are read, and which one is large. */
export interface Plan {
  /** In the order in which they came: the order in the DOM, in which nothing ever moves, since a video that is moved stops. */
  readonly tiles: readonly StageTile[];
  readonly order: readonly string[];
  readonly large?: string;
  /** The large one, if it is because the visitor pinned it, or because it is a screen. */
  readonly pinned?: string;
  /** The call of this page is there. */
  readonly isInCall: boolean;
}

/**
 * Follows the call for the grid, and has it rendered anew only when a tile comes or goes, another one is large, or somebody who speaks moves to the first page. Who speaks, who is muted, and all
 * else is each tile's own affair.
 */
export class StagePlan implements ReactiveController {
  /** In the layout that follows the speaker. */
  follows = false;
  /** So many tiles are on the first page. */
  firstPage = Infinity;
  readonly #host: ReactiveControllerHost;
  readonly #find: () => Calls | undefined;
  readonly #listener: (call: CallState | undefined) => void;
  #focus = new StageFocus();
  #order: string[] = [];
  readonly #spokeAt = new Map<string, number>();
  #calls?: Calls;
  #unsubscribe?: () => void;
  #call?: CallState;
  #plan: Plan = NOTHING;
  #isConnected = false;

  /** `listener` is called with each snapshot of the call. */
  constructor(host: ReactiveControllerHost, find: () => Calls | undefined, listener: (call: CallState | undefined) => void) {
    this.#host = host;
    this.#find = find;
    this.#listener = listener;
    host.addController(this);
  }

  get value(): Plan {
    return this.#plan;
  }

  /** Pins a tile, or puts it back. */
  toggle(key: string): void {
    this.#focus.toggle(key);
    this.#update();
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#watch(this.#find());
  }

  /** Looks anew, before the host lays anything out: another session, another layout. */
  refresh(): void {
    if (this.#isConnected) this.#watch(this.#find());
    this.#plan = this.#planned();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#watch(undefined);
  }

  #watch(calls: Calls | undefined): void {
    if (calls === this.#calls) return;
    this.#unsubscribe?.();
    this.#calls = calls;
    this.#unsubscribe = calls?.subscribe(this.#update);
    this.#update();
  }

  #update = (): void => {
    const { call } = this.#calls?.state ?? {};
    if (call?.roomId !== this.#call?.roomId) [this.#focus, this.#order] = [new StageFocus(), []];
    this.#call = call;
    this.#listener(call);
    const plan = this.#planned();
    if (plan === this.#plan) return;
    this.#plan = plan;
    this.#host.requestUpdate();
  };

  #planned(): Plan {
    const tiles = stageTiles(this.#call);
    const speakers = speakersOf(this.#call);
    this.#focus.update(tiles, speakers);
    this.#arrange(tiles, speakers);
    const [large, pinned] = [this.#focus.large(this.follows), this.#focus.large(false)];
    const plan: Plan = { tiles, order: this.#order, large, pinned, isInCall: this.#call !== undefined };
    return isSame(plan, this.#plan) ? this.#plan : plan;
  }

  /** Whoever speaks stands on the first page, in the place of whoever was silent there for longest. */
  #arrange(tiles: readonly StageTile[], speakers: readonly string[]): void {
    const known = new Map(tiles.map((tile) => [tile.key, tile]));
    const order = this.#order.filter((key) => known.has(key));
    order.push(...tiles.map(({ key }) => key).filter((key) => !order.includes(key)));
    for (const key of speakers) this.#spokeAt.set(key, Date.now());
    for (const key of speakers) {
      const at = order.indexOf(key);
      if (at < this.firstPage) continue;
      const movable = order
        .slice(0, this.firstPage)
        .filter((one) => !known.get(one)?.isLocal && !known.get(one)?.screen && !speakers.includes(one));
      const silent = movable.reduce<string | undefined>((a, b) => (a !== undefined && this.#spoke(a) <= this.#spoke(b) ? a : b), undefined);
      if (silent === undefined) continue;
      order[order.indexOf(silent)] = key;
      order[at] = silent;
    }
    this.#order = order;
  }

  #spoke(key: string): number {
    return this.#spokeAt.get(key) ?? 0;
  }
}

const NOTHING: Plan = Object.freeze({ tiles: [], order: [], isInCall: false });

function isSame(a: Plan, b: Plan): boolean {
  const keys = ({ tiles }: Plan): string => tiles.map(({ key }) => key).join("\n");
  return (
    a.isInCall === b.isInCall &&
    a.large === b.large &&
    a.pinned === b.pinned &&
    a.order.join("\n") === b.order.join("\n") &&
    keys(a) === keys(b)
  );
}
