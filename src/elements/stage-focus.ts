import type { StageTile } from "./stage-tiles.js";

/**
 * Which tile of a call is large: the one that the visitor pinned; else a screen that somebody else shares, from when it comes until it ends, the newest of several; else, if asked to
 * follow, whoever spoke last.
 */
export class StageFocus {
  #pinned?: string;
  /** Screens in the order in which they came, without those that the visitor put back. */
  #screens: readonly string[] = [];
  #known = new Set<string>();
  #speaker?: string;
  #tiles: readonly StageTile[] = [];

  /** What the visitor pinned. */
  get pinned(): string | undefined {
    return this.#pinned;
  }

  /** Takes each snapshot. `speakers`: who speaks now, by participant. */
  update(tiles: readonly StageTile[], speakers: readonly string[]): void {
    this.#tiles = tiles;
    const keys = new Set(tiles.map(({ key }) => key));
    if (this.#pinned && !keys.has(this.#pinned)) this.#pinned = undefined;
    const come = tiles.filter(({ key, screen, isLocal }) => screen && !isLocal && !this.#known.has(key)).map(({ key }) => key);
    this.#screens = [...this.#screens.filter((key) => keys.has(key)), ...come];
    this.#known = keys;
    if (this.#speaker && !keys.has(this.#speaker)) this.#speaker = undefined;
    if (!this.#speaker || (speakers.length && !speakers.includes(this.#speaker))) this.#speaker = speakers[0] ?? this.#speaker;
  }

  /** Pins a tile; the one that is large already is put back. */
  toggle(key: string): void {
    if (this.large(false) === key) {
      this.#pinned = undefined;
      this.#screens = this.#screens.filter((screen) => screen !== key);
    } else this.#pinned = key;
  }

  /** The key of the large tile; `undefined`: all are of one size. `follow`: the speaker is large where nothing else is. */
  large(follow: boolean): string | undefined {
    const chosen = this.#pinned ?? this.#screens.at(-1);
    if (chosen || !follow) return chosen;
    return this.#speaker ?? (this.#tiles.find(({ isLocal }) => !isLocal) ?? this.#tiles[0])?.key;
  }
}
