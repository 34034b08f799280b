import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { UnsupportedStickyEventsEndpointError } from "matrix-js-sdk/lib/errors.js";
import type { MatrixClient, MatrixEvent, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";
import type { MatrixRTCSession } from "matrix-js-sdk/lib/matrixrtc/MatrixRTCSession.js";

import { CALL_MEMBER, RTC_MEMBER } from "../internal/call-events.js";
import { CALL_NOTIFICATION } from "../internal/call-notification.js";
import type { KeyInbox } from "./key-inbox.js";
import type { KeyOutbox } from "./key-outbox.js";
import { currentMemberships } from "./memberships.js";

type SessionClient = ConstructorParameters<typeof MatrixRTCSession>[0];
type SessionRoom = ConstructorParameters<typeof MatrixRTCSession>[1];

/** How long a membership lasts from when it is sent again, in ms: until then it is sent again anyway. */
const RENEWED_FOR = 4 * 3_600_000;

export interface FacadeOptions {
  readonly client: MatrixClient;
  readonly inbox: Pick<KeyInbox, "on" | "off">;
  readonly outbox: Pick<KeyOutbox, "send">;
  /** Sends an event of the room, encrypted as the room is, and resolves with its id. */
  readonly send: (type: string, content: Record<string, unknown>) => Promise<string>;
  /** The homeserver took a membership of this device. */
  readonly onPublished: (eventId: string, content: Readonly<Record<string, unknown>>) => void;
  /** Aborts when the client stops or the call is over: from then on the session sends nothing more, and ends. */
  readonly signal: AbortSignal;
}

/** What the SDK's session gets for a client: media keys only through the two guards, everything that belongs into the room through melo's own sending. */
export function facadeOfClient({ client, inbox, outbox, send, onPublished, signal }: FacadeOptions): SessionClient {
  // An error that the SDK knows nothing of ends its loop, where any other way out would keep the membership alive from the grave.
  const whileAlive =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (signal.aborted) throw new Error("The call is over here.");
      return work(...args);
    };
  let first: string | undefined;
  const published = <T extends { event_id: string }>(content: object, answer: T): T => {
    const isMembership = Object.keys(content).some((name) => name !== "slot_id" && name !== "msc4354_sticky_key");
    if (isMembership) {
      first ??= answer.event_id;
      onPublished(answer.event_id, content as Record<string, unknown>);
    }
    return answer;
  };
  // The SDK forgets the beginning of a membership that it misses, as it does when somebody else's change comes before the own one. To everybody else another beginning is somebody else, who needs
  // all keys, and gets new ones.
  const withBeginning = async (roomId: string, content: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> => {
    if (first === undefined || content["created_ts"] !== undefined || Object.keys(content).length === 0) return content;
    const { origin_server_ts: begun } = await client.fetchRoomEvent(roomId, first).catch(() => ({ origin_server_ts: undefined }));
    return begun === undefined ? content : { ...content, created_ts: begun };
  };
  const only = (event: string): void => {
    if (event !== (ClientEvent.ToDeviceEvent as string))
      throw new Error(`The session of a call listens for "${event}", which nobody has looked at.`);
  };
  const facade = {
    getUserId: () => client.getUserId(),
    getDeviceId: () => client.getDeviceId(),
    sendStateEvent: whileAlive(async (...[roomId, type, content, stateKey]: Parameters<MatrixClient["sendStateEvent"]>) => {
      if ((type as string) !== CALL_MEMBER) return client.sendStateEvent(roomId, type, content, stateKey);
      const lasting = withExpiry(await withBeginning(roomId, content as Record<string, unknown>));
      return published(content, await client.sendStateEvent(roomId, type, lasting as typeof content, stateKey));
    }),
    sendEvent: whileAlive(async (_roomId: string, type: string, content: Record<string, unknown>) => ({
      event_id: await send(type, content),
    })),
    _unstable_sendStickyEvent: whileAlive(
      async (...[roomId, duration, threadId, type, content]: Parameters<MatrixClient["_unstable_sendStickyEvent"]>) => {
        // Notifications go as any other event does: the SDK then asks for `sendEvent`.
        if ((type as string) === CALL_NOTIFICATION)
          throw new UnsupportedStickyEventsEndpointError("Sent as a plain event.", "sendStickyEvent");
        const answer = await client._unstable_sendStickyEvent(roomId, duration, threadId, type, content);
        return (type as string) === RTC_MEMBER ? published(content, answer) : answer;
      },
    ),
    _unstable_sendDelayedStateEvent: whileAlive(client._unstable_sendDelayedStateEvent.bind(client)),
    _unstable_sendStickyDelayedEvent: whileAlive(client._unstable_sendStickyDelayedEvent.bind(client)),
    _unstable_updateDelayedEvent: whileAlive(client._unstable_updateDelayedEvent.bind(client)),
    _unstable_cancelScheduledDelayedEvent: whileAlive(client._unstable_cancelScheduledDelayedEvent.bind(client)),
    _unstable_restartScheduledDelayedEvent: whileAlive(client._unstable_restartScheduledDelayedEvent.bind(client)),
    _unstable_sendScheduledDelayedEvent: whileAlive(client._unstable_sendScheduledDelayedEvent.bind(client)),
    cancelPendingEvent: client.cancelPendingEvent.bind(client),
    decryptEventIfNeeded: client.decryptEventIfNeeded.bind(client),
    encryptAndSendToDevice: whileAlive(outbox.send.bind(outbox)),
    on(event: string, listener: (event: MatrixEvent) => void) {
      only(event);
      inbox.on(listener);
      return facade;
    },
    off(event: string, listener: (event: MatrixEvent) => void) {
      only(event);
      inbox.off(listener);
      return facade;
    },
  };
  return facade as unknown as SessionClient;
}

/**
 * A membership that says something new keeps the time of its beginning. The SDK then lets it expire as long after that as it does when it is made, so that in a long call one that is muted
 * would be over.
 */
function withExpiry(content: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { created_ts: createdAt, expires } = content;
  if (typeof createdAt !== "number" || typeof expires !== "number") return content;
  return { ...content, expires: Math.max(expires, Date.now() - createdAt + RENEWED_FOR) };
}

/**
 * What the SDK's session gets for a room: of memberships only those that melo reads as such. The SDK reads them with less distrust: content of another kind ends its reading of all, and one
 * that lasts for years makes its timer fire without pause. And of each device only the newest: the SDK takes a media key for that of the first membership it finds of its sender, which
 * in sticky mode may be one that a device left behind when it died.
 */
export function facadeOfRoom(room: SdkRoom): SessionRoom {
  const current = (): ReadonlySet<string | undefined> => new Set(currentMemberships(room).map(({ eventId }) => eventId));
  const stateOf = (state: NonNullable<ReturnType<ReturnType<SdkRoom["getLiveTimeline"]>["getState"]>>) => ({
    getStateEvents(type: string, key?: string) {
      const found: MatrixEvent | MatrixEvent[] | null = key === undefined ? state.getStateEvents(type) : state.getStateEvents(type, key);
      if (type !== CALL_MEMBER || !Array.isArray(found)) return found;
      const ids = current();
      return found.filter((event) => ids.has(event.getId()));
    },
  });
  const facade = {
    roomId: room.roomId,
    getVersion: () => room.getVersion(),
    hasMembershipState: room.hasMembershipState.bind(room),
    on: (...args: Parameters<SdkRoom["on"]>) => {
      room.on(...args);
      return facade;
    },
    off: (...args: Parameters<SdkRoom["off"]>) => {
      room.off(...args);
      return facade;
    },
    getLiveTimeline: () => ({
      getState: (direction: "b" | "f") => {
        const state = room.getLiveTimeline().getState(direction as never);
        return state && stateOf(state);
      },
    }),
    _unstable_getStickyEvents: () => {
      const ids = current();
      return [...room._unstable_getStickyEvents()].filter((event) => event.getType() !== RTC_MEMBER || ids.has(event.getId()));
    },
  };
  return facade as unknown as SessionRoom;
}
