import type { Account } from "../matrix/credentials.js";
import { deviceVault } from "../matrix/credentials.js";
import { endOtherDevice } from "../matrix/end-device.js";
import { devicesWithStores } from "../matrix/store-names.js";
import { notedDevice } from "./device-note.js";
import type { Slot } from "./slot.js";
import { wipeDevice } from "./wipe.js";

/**
 * After a sign-in: ends the devices of the same person whose keys this browser lost, because the vault was damaged or everything was evicted. It knows them by the stores that are left, and
 * by the note of who was signed in. Nobody could ever open them again; left alone, they would stay in the account as devices that others trust.
 */
export async function endDeadDevices(slot: Slot, account: Account, password: string): Promise<void> {
  const { vault } = slot;
  if (vault.kind === "memory") return;
  const noted = notedDevice(slot);
  const devices = new Set(await devicesWithStores(account.userId));
  if (noted?.userId === account.userId) devices.add(noted.deviceId);
  for (const deviceId of devices) {
    const device = { userId: account.userId, deviceId };
    const isAlive = deviceId === account.deviceId || (await deviceVault(vault, device).load("store-key")) !== undefined;
    if (isAlive) continue;
    await endOtherDevice(account, deviceId, password);
    await wipeDevice(vault, device);
  }
}
