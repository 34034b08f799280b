/** A tile is to be the large one, or to be put back. The `<melo-call-grid>` around it does so unless this is cancelled. */
export class MeloTilePinEvent extends Event {
  /** `screen`: the id of the track, for a screen that is shared. */
  constructor(
    readonly participantId: string,
    readonly screen?: string,
  ) {
    super("melo-tile-pin", { bubbles: true, composed: true, cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-tile-pin": MeloTilePinEvent;
  }
}
