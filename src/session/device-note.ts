import type { Account } from "../matrix/credentials.js";
import type { Slot } from "./slot.js";

/** A device by its names, which are no secret. */
export type NotedDevice = Pick<Account, "userId" | "deviceId">;

/**
 * Remembers which device is signed in to a slot, in localStorage: a browser that needs space takes all databases of a site at once and leaves that. So a visitor who finds
 * themselves signed out is told why, and the device whose keys are gone can be ended.
 */
export function noteDevice(slot: Slot, { userId, deviceId }: NotedDevice): void {
  if (!slot.isShared) return;
  try {
    localStorage.setItem(nameOf(slot), JSON.stringify({ userId, deviceId }));
  } catch {
    // No space; then an eviction is not explained.
  }
}

/** The device that was signed in last and has neither been signed out nor ended. */
export function notedDevice(slot: Slot): NotedDevice | undefined {
  if (!slot.isShared) return undefined;
  try {
    const { userId, deviceId } = JSON.parse(localStorage.getItem(nameOf(slot)) ?? "{}") as Partial<Record<keyof NotedDevice, unknown>>;
    return typeof userId === "string" && typeof deviceId === "string" ? { userId, deviceId } : undefined;
  } catch {
    return undefined;
  }
}

export function forgetDevice(slot: Slot): void {
  if (slot.isShared) localStorage.removeItem(nameOf(slot));
}

function nameOf({ key }: Slot): string {
  return `melo:device:${key}`;
}
