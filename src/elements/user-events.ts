/** The visitor wants to see who somebody is. Cancel it to show that in another way than by a card in a dialog. */
export class MeloUserOpenEvent extends Event {
  constructor(readonly userId: string) {
    super("melo-user-open", { bubbles: true, composed: true, cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-user-open": MeloUserOpenEvent;
  }
}
