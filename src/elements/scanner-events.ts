/** A QR code was read. */
export class MeloCodeScannedEvent extends Event {
  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {
    super("melo-code-scanned", { bubbles: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-code-scanned": MeloCodeScannedEvent;
  }
}
