import { cryptoStoreNames } from "../crypto/crypto-store.js";
import { cryptoStorePrefix, syncDatabaseName } from "../matrix/store-names.js";
import { clearDevice, type Account } from "../matrix/credentials.js";
import { deleteDatabases } from "../matrix/storage.js";
import type { Vault } from "../matrix/vault.js";
import { deviceLock } from "./device-memory.js";

type Device = Pick<Account, "userId" | "deviceId">;

/** Begins the name under which the vault remembers what is still to be deleted. */
const LEFT = "wipe/";

/**
 * Deletes everything of a device from this browser. Its keys go first: whatever cannot be deleted yet, because a tab still has it open, is unreadable from then on, and is
 * deleted by {@link finishWipes} later. Takes two seconds at most.
 */
export async function wipeDevice(vault: Vault, device: Device): Promise<void> {
  const note = noteOf(device);
  await vault.save(note, { userId: device.userId, deviceId: device.deviceId });
  await clearDevice(vault, device);
  if (vault.kind === "persistent" && (await deleteDatabases(databasesOf(device))).length > 0) return;
  await vault.remove(note);
}

/** Finishes an earlier wipe of the device itself, before it starts anew under the same id. Call it only in the tab that owns the device. */
export async function settleWipe(vault: Vault, device: Device): Promise<void> {
  if ((await vault.load(noteOf(device))) === undefined) return;
  await wipeDevice(vault, device);
  await vault.remove(noteOf(device));
}

/** Deletes what earlier wipes had to leave, unless a tab uses the device again. */
export async function finishWipes(vault: Vault): Promise<void> {
  if (vault.kind === "memory") return;
  for (const name of await vault.names(LEFT)) {
    const device = await vault.load<Device>(name);
    if (!device) await vault.remove(name);
    else await navigator.locks.request(deviceLock(device), { ifAvailable: true }, (lock) => (lock ? wipeDevice(vault, device) : undefined));
  }
}

function noteOf({ userId, deviceId }: Device): string {
  return `${LEFT}${userId}/${deviceId}`;
}

function databasesOf(device: Device): string[] {
  return [syncDatabaseName(device), ...cryptoStoreNames(cryptoStorePrefix(device))];
}
