import type { KeptRestore, RestoreMemory } from "../crypto/backup-restore.js";
import type { DeviceMemory } from "../crypto/device-guard.js";
import type { ResetMemory } from "../crypto/identity-reset.js";
import type { DevicesMemory } from "../crypto/own-devices.js";
import type { UnconfirmedMemory } from "../crypto/recovery.js";
import type { KeptRequest, RequestMemory } from "../crypto/verification.js";
import type { RoomMemory } from "../crypto/room-encryption.js";
import type { Account } from "../matrix/credentials.js";
import type { AnswersMemory } from "../matrix/homeserver-fetch.js";
import type { Vault } from "../matrix/vault.js";
import type { CallMemory, CallNote } from "../media/call-memory-state.js";
import type { MissedCallMemory, MissedCallNote } from "../media/missed-calls.js";

/** The key of a device's crypto store: 32 random bytes, made at its first start. `undefined` in a browser that keeps nothing. */
export async function keptStorageKey(vault: Vault): Promise<Uint8Array | undefined> {
  if (vault.kind === "memory") return undefined;
  const kept = await vault.load<number[]>("store-key");
  if (kept) return Uint8Array.from(kept);
  const made = crypto.getRandomValues(new Uint8Array(32));
  await vault.save("store-key", [...made]);
  return made;
}

/** The device's public identity key, kept apart from its crypto store. */
export function rememberedDevice(vault: Vault): DeviceMemory {
  return {
    load: () => vault.load<string>("ed25519"),
    save: (ed25519) => vault.save("ed25519", ed25519),
  };
}

/** What the server answers before the first sync. */
export function keptAnswers(vault: Vault): AnswersMemory {
  return {
    load: async () => (await vault.load<Record<string, string>>("answers")) ?? {},
    save: (answers) => vault.save("answers", answers),
  };
}

/** The rooms that are or ever were encrypted, kept apart from the crypto store. */
export function keptRooms(vault: Vault): RoomMemory {
  return {
    load: async () => (await vault.load<string[]>("encrypted-rooms")) ?? [],
    save: (roomIds) => vault.save("encrypted-rooms", roomIds),
  };
}

/** The devices of the account that this one has listed. */
export function keptDevices(vault: Vault): DevicesMemory {
  return {
    load: () => vault.load<string[]>("known-devices"),
    save: (deviceIds) => vault.save("known-devices", deviceIds),
  };
}

/** The reset of the identity that this device has begun and not finished. */
export function keptReset(vault: Vault): ResetMemory {
  return {
    load: async () => (await vault.load<string>("identity-reset")) || undefined,
    save: (masterKey = "") => vault.save("identity-reset", masterKey),
  };
}

/** The recovery key that this device has made, until its owner has said that they have it. */
export function keptUnconfirmed(vault: Vault): UnconfirmedMemory {
  return {
    load: async () => (await vault.load<string>("unconfirmed-key")) || undefined,
    save: (keyId = "") => vault.save("unconfirmed-key", keyId),
  };
}

/** The request for a verification that this device has not answered. */
export function keptRequest(vault: Vault): RequestMemory {
  return {
    load: async () => (await vault.load<KeptRequest>("verification-request")) ?? undefined,
    save: (request) => (request ? vault.save("verification-request", request) : vault.remove("verification-request")),
  };
}

/** The restore of the backup that this device has begun and not finished. */
export function keptRestore(vault: Vault): RestoreMemory {
  return {
    load: async () => (await vault.load<KeptRestore>("backup-restore")) ?? undefined,
    save: (restore) => (restore ? vault.save("backup-restore", restore) : vault.remove("backup-restore")),
  };
}

/** The call that this device is in. */
export function keptCall(vault: Vault): CallMemory {
  return {
    load: async () => (await vault.load<CallNote>("call")) ?? undefined,
    save: (note) => (note ? vault.save("call", note) : vault.remove("call")),
  };
}

/** Which missed calls the visitor knows of. */
export function keptMissedCalls(vault: Vault): MissedCallMemory {
  return {
    load: async () => (await vault.load<MissedCallNote>("missed-calls")) ?? undefined,
    save: (note) => vault.save("missed-calls", note),
  };
}

/** The lock of whoever runs a device's client, and the name of the channel on which the others follow. */
export function deviceLock({ userId, deviceId }: Pick<Account, "userId" | "deviceId">): string {
  return `melo:${userId}:${deviceId}`;
}
