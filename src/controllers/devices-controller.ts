import type { OwnDevices } from "../crypto/own-devices-state.js";
import type { SessionApi } from "../session/session-api.js";
import { AccountPartController } from "./account-part-controller.js";

/**
 * Gives its host all devices of its session's account, and re-renders it when that changes. Actions: `part`.
 *
 * ```ts
 * #devices = new DevicesController(this);
 * render() { return this.#devices.value?.devices.map(({ name }) => html`<li>${name}</li>`); }
 * ```
 */
export class DevicesController extends AccountPartController<OwnDevices> {
  protected override partOf(session: SessionApi): OwnDevices {
    return session.devices;
  }
}
