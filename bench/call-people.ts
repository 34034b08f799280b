import type { CallMember } from "../src/media/room-call-state.js";

/** Where the SFU is said to be; the bench gives the access itself. */
export const SERVICE = "https://sfu.example.org";

/** Somebody of the bench, by number; 0 is whoever is measured. */
export function benchMember(index: number): CallMember {
  const userId = `@guest${index}:example.org`;
  const identity = `${userId}:DEVICE${index}`;
  return {
    ...{ id: identity, identity, userId, serviceUrl: SERVICE, deviceId: `DEVICE${index}`, name: `Guest ${index}` },
    isOwn: index === 0,
    isThisDevice: index === 0,
    joinedAt: index,
    maySpeak: true,
  };
}

/** Their media key: 16 bytes. Secret from nobody, since this call is nobody's. */
export function benchKey(index: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(16).fill(index + 1);
}
