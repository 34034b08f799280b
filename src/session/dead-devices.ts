import type { Account } from "../matrix/credentials.js";
import { deviceVault } from "../matrix/credentials.js";
import { endOtherDevice } from "../matrix/end-device.js";
import { devicesWithStores } from "../matrix/store-names.js";
import type { Vault } from "../matrix/vault.js";
import { wipeDevice } from "./wipe.js";

/**
 * After a sign-in: ends the devices of the same person whose stores this browser has and whose keys it lost, because the vault was damaged or evicted alone. Nobody could ever open
 * them again; left alone, they would stay in the account as devices that others trust.
 */
export async function endDeadDevices(vault: Vault, account: Account, password: string): Promise<void> {
  if (vault.kind === "memory") return;
  for (const deviceId of await devicesWithStores(account.userId)) {
    const device = { userId: account.userId, deviceId };
    const isAlive = deviceId === account.deviceId || (await deviceVault(vault, device).load("store-key")) !== undefined;
    if (isAlive) continue;
    await endOtherDevice(account, deviceId, password);
    await wipeDevice(vault, device);
  }
}
