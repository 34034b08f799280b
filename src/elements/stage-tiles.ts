import type { CallState, Participant } from "../media/calls-state.js";

/** One tile of a call: somebody, or a screen that somebody shares. */
export interface StageTile {
  /** Names the tile for as long as it is there. */
  readonly key: string;
  readonly participantId: string;
  /** The track of the screen. */
  readonly screen?: string;
  readonly isLocal: boolean;
}

/** The tiles of a call: each screen before the one who shares it, in the order of the participants. */
export function stageTiles(call: Pick<CallState, "participants"> | undefined): readonly StageTile[] {
  return call?.participants.flatMap(tilesOf) ?? [];
}

/** Who speaks, this device left out: nobody wants to look at themselves while they talk. */
export function speakersOf(call: Pick<CallState, "participants"> | undefined): readonly string[] {
  return call?.participants.filter(({ speaking, isLocal }) => speaking && !isLocal).map(({ id }) => id) ?? [];
}

function tilesOf({ id, isLocal, tracks }: Participant): StageTile[] {
  const screens = tracks.filter(({ source }) => source === "screen");
  return [
    ...screens.map((screen) => ({ key: `${id} ${screen.id}`, participantId: id, screen: screen.id, isLocal })),
    { key: id, participantId: id, isLocal },
  ];
}
