/** Another room is to be shown in place of this one: the room it was upgraded to. Cancel it to keep the tag where it is, and open the room elsewhere. */
export class MeloRoomOpenEvent extends Event {
  constructor(readonly roomId: string) {
    super("melo-room-open", { bubbles: true, composed: true, cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-room-open": MeloRoomOpenEvent;
  }
}
