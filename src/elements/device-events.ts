/** The visitor changed something about the devices of their account, and the server has taken it. */
export class MeloDevicesChangeEvent extends Event {
  constructor(
    readonly change: "renamed" | "signed-out" | "acknowledged",
    readonly deviceIds: readonly string[],
  ) {
    super("melo-devices-change", { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-devices-change": MeloDevicesChangeEvent;
  }
}
