import type { MatrixClient, MatrixEvent, Room as SdkRoom, StateEvents, TimelineEvents } from "matrix-js-sdk/lib/matrix.js";

import { CALL_MEMBER, RTC_MEMBER } from "../internal/call-events.js";
import { pause } from "../internal/pause.js";
import type { CallMemory, CallNote } from "./call-memory-state.js";
import { SLOT_ID, membershipOf } from "./membership.js";
import { membershipEvents } from "./memberships.js";

/** How often the leave of a call is put off whose tab is about to join again, in ms, and for how long at most. */
const PUT_OFF_EVERY = 2_500;
const PUT_OFF_FOR = 20_000;
/** How long a sticky event lasts that says somebody left, in ms: as long as the one that it replaces. */
const STICKY_FOR = 60 * 60_000;

export interface LeftBehindOptions {
  readonly client: MatrixClient;
  readonly memory: CallMemory;
  /** The id of the membership by which this device is in the call of a room now. */
  readonly memberIn: (roomId: string) => string | undefined;
  readonly signal: AbortSignal;
}

/** Ends the memberships that nobody stands behind any more: of this device from before it died, and of devices that the account no longer has. */
export async function endLeftBehind(options: LeftBehindOptions): Promise<void> {
  const { client, memory, memberIn, signal } = options;
  const isActive = (roomId: string): boolean => memberIn(roomId) !== undefined;
  const note = await memory.load();
  const goesOn = note !== undefined && (isActive(note.roomId) || (await isHeld(note.tab)));
  if (note && goesOn && !isActive(note.roomId)) void putOff(options, note).catch(() => {}); // then the delayed leave ends it
  if (note && !goesOn) {
    await endByDelay(client, note);
    await memory.save(undefined);
  }
  const keeps = (room: SdkRoom): boolean => isActive(room.roomId) || (goesOn && note?.roomId === room.roomId);
  const own = client.getRooms().flatMap((room) => ownMemberships(client, room).map((event) => ({ room, event })));
  let devices: Promise<ReadonlySet<string>> | undefined;
  for (const { room, event } of own) {
    if (signal.aborted) return;
    const { deviceId = "", id } = membershipOf(event, Date.now()) ?? {};
    const now = memberIn(room.roomId);
    const isOfNow = keeps(room) && (now === undefined || now === id);
    if (deviceId === client.getDeviceId() ? isOfNow : (await (devices ??= devicesOf(client))).has(deviceId)) continue;
    await withdraw(client, room, event).catch(() => {}); // expires by itself
  }
}

/** Whether a client that starts has anything to do here: a look that costs nothing. */
export function ownMemberships(client: MatrixClient, room: SdkRoom): MatrixEvent[] {
  if (room.getMyMembership() !== "join") return [];
  return membershipEvents(room).filter((event) => event.getSender() === client.getSafeUserId() && membershipOf(event, Date.now()));
}

/** The tab of the call is still there: until it has joined again, the homeserver must not think that it is gone. */
async function putOff({ client, memory, memberIn, signal }: LeftBehindOptions, note: CallNote): Promise<void> {
  const isActive = (): boolean => memberIn(note.roomId) !== undefined;
  for (const end = Date.now() + PUT_OFF_FOR; Date.now() < end && !signal.aborted; await pause(PUT_OFF_EVERY, signal)) {
    if (isActive()) return;
    if (!(await isHeld(note.tab))) break;
    if (note.delayId) await client._unstable_restartScheduledDelayedEvent(note.delayId);
  }
  if (isActive() || signal.aborted) return;
  await endByDelay(client, note);
  await memory.save(undefined);
}

/** Lets the leave that was scheduled come now. */
async function endByDelay(client: MatrixClient, { delayId }: CallNote): Promise<void> {
  if (delayId) await client._unstable_sendScheduledDelayedEvent(delayId).catch(() => {}); // it has come already
}

async function isHeld(lock: string | undefined): Promise<boolean> {
  if (lock === undefined) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === lock);
}

async function devicesOf(client: MatrixClient): Promise<ReadonlySet<string>> {
  const { devices } = await client.getDevices();
  return new Set(devices.map(({ device_id }) => device_id));
}

async function withdraw(client: MatrixClient, { roomId }: SdkRoom, event: MatrixEvent): Promise<void> {
  if (event.getType() === CALL_MEMBER) await client.sendStateEvent(roomId, CALL_MEMBER as keyof StateEvents, {}, event.getStateKey() ?? "");
  else {
    const content = { slot_id: SLOT_ID, msc4354_sticky_key: event.getContent()["msc4354_sticky_key"] as string };
    await client._unstable_sendStickyEvent(roomId, STICKY_FOR, null, RTC_MEMBER as keyof TimelineEvents, content);
  }
}
