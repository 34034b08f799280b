import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixClient, MatrixEvent, Room as SdkRoom } from "matrix-js-sdk/lib/matrix.js";
import { MatrixRTCSession, MatrixRTCSessionEvent } from "matrix-js-sdk/lib/matrixrtc/MatrixRTCSession.js";
import { MembershipManagerEvent } from "matrix-js-sdk/lib/matrixrtc/IMembershipManager.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { CALL_MEMBER } from "../internal/call-events.js";
import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import { Source, type Readable } from "../internal/readable.js";
import { within } from "../internal/time-limit.js";
import { Turns } from "../internal/turns.js";
import { INITIAL_CALL_KEYS, type CallKeysState, type MediaKey } from "./call-keys-state.js";
import type { CallMemory } from "./call-memory-state.js";
import type { DeviceOf, DeviceTrust } from "./device-trust.js";
import { KeyInbox } from "./key-inbox.js";
import { KeyOutbox } from "./key-outbox.js";
import { KeyRing } from "./key-ring.js";
import { rotateWithReason } from "./key-rotation.js";
import { SLOT, identityOf } from "./membership.js";
import { CALL_REACTION, OwnHand } from "./own-hand.js";
import { OwnData } from "./own-data.js";
import type { MembershipOptions, OwnCallData, OwnMembership } from "./room-call-state.js";
import { facadeOfClient, facadeOfRoom } from "./rtc-facade.js";

/** How long the homeserver may take to have the membership, in ms. */
const JOIN_WITHIN = 30_000;
/**
 * The delayed leave, and how often it is put off, in ms. A device that dies is gone within 20 s; one that is only busy, or without network for ten seconds, has not left: the others would
 * see it go and come, and would change all keys twice.
 */
const LEAVE_AFTER = 16_000;
const PUT_OFF_EVERY = 4_000;
/** How long a request that failed waits, in ms, and for how many times: a call outlives every restart of a homeserver. */
const RETRY = 2_000;
const RETRIES = 100_000;
/** How long to wait for the leave to reach the homeserver, in ms. The delayed one comes anyway. */
const LEAVE_WITHIN = 5_000;

export interface ActiveCallOptions {
  readonly client: MatrixClient;
  readonly room: SdkRoom;
  readonly trust: DeviceTrust;
  readonly onUnopened: (listener: (userId: string) => void, signal: AbortSignal) => void;
  readonly memory: CallMemory;
  readonly toError: (error: unknown) => MeloError;
  readonly send: (type: string, content: Record<string, unknown>) => Promise<string>;
  readonly encrypted: boolean;
  /** Memberships as sticky events. */
  readonly sticky: boolean;
  readonly memberId: string;
  /** `livekit_service_url` of the SFU that this device publishes at. */
  readonly service: string;
}

export interface ActiveCallState {
  readonly own: OwnMembership;
  readonly keys: CallKeysState;
  readonly tab?: string;
  /** Why it ended, if nobody ended it. */
  readonly error?: MeloError;
}

/** This device's own membership in the call of a room, from joining to leaving, and the media keys that go with it. Made anew for each time. */
export class ActiveCall implements Readable<ActiveCallState> {
  readonly roomId: string;
  readonly memberId: string;
  readonly sticky: boolean;
  readonly service: string;
  readonly #options: ActiveCallOptions;
  readonly #source = new Source<ActiveCallState>({ own: "joining", keys: INITIAL_CALL_KEYS });
  readonly #life = new AbortController();
  readonly #inbox: KeyInbox;
  readonly #outbox: KeyOutbox;
  readonly #ring: KeyRing;
  readonly #session: MatrixRTCSession;
  readonly #data: OwnData;
  readonly #hand: OwnHand;
  readonly #joined = Promise.withResolvers<void>();
  /** Keys of one member must not overtake each other. */
  readonly #turns = new Turns();
  #eventId?: string;
  #isSeen = false;
  #isSynced = true;
  #tabWatch?: AbortController;
  #leaving?: Promise<void>;

  constructor(options: ActiveCallOptions, membership: MembershipOptions) {
    const { client, room, trust, sticky } = (this.#options = options);
    const [userId, deviceId] = [client.getSafeUserId(), client.getDeviceId() ?? ""];
    this.roomId = room.roomId;
    this.sticky = sticky;
    this.service = options.service;
    this.memberId = options.memberId;
    this.#joined.promise.catch(() => {}); // told by `join`
    this.#ring = new KeyRing();
    this.#inbox = new KeyInbox({
      client,
      trust,
      roomId: room.roomId,
      onUnopened: options.onUnopened,
      isMember: (id) => this.#session.memberships.some((member) => member.userId === id),
      onRefused: () => this.#showKeys(),
    });
    this.#outbox = new KeyOutbox({
      send: (type, devices, content) => client.encryptAndSendToDevice(type, devices, content),
      trust,
      present: () => this.#session.memberships.filter((member) => member.userId !== userId || member.deviceId !== deviceId),
      onWithheld: () => this.#showKeys(),
    });
    const { signal } = this.#life;
    const onPublished = (eventId: string, content: Readonly<Record<string, unknown>>) => this.#handlePublished(eventId, content);
    const facade = facadeOfClient({ client, inbox: this.#inbox, outbox: this.#outbox, send: options.send, onPublished, signal });
    this.#session = new MatrixRTCSession(facade, facadeOfRoom(room), SLOT);
    this.#data = new OwnData({ publish: (data) => this.#session.updateApplicationData(data), signal }, membership.data);
    const redact = (eventId: string) => client.redactEvent(room.roomId, eventId);
    this.#hand = new OwnHand({ send: options.send, redact });
    this.#watch();
    this.#watchTab(membership.tabLock);
    void this.#begin(membership);
  }

  get state(): ActiveCallState {
    return this.#source.state;
  }

  subscribe: Readable<ActiveCallState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  /** Resolves when the homeserver has the membership. Rejects with why it is not to be had; then the call is over. */
  async joined(): Promise<void> {
    try {
      await within(
        JOIN_WITHIN,
        this.#joined.promise,
        () => new MeloError("homeserver-unreachable", "The homeserver does not take the membership."),
      );
    } catch (error) {
      if (this.state.own === "joining") void this.leave();
      throw error;
    }
  }

  /** Another tab of the site, or the same one once more, is in this call. */
  takeOver({ tabLock, data }: MembershipOptions): void {
    this.#watchTab(tabLock);
    this.#note();
    void this.tell(data).catch(() => {}); // the next change tells it
  }

  tell(data: OwnCallData): Promise<void> {
    return this.#data.tell(data);
  }

  raiseHand(raised: boolean): Promise<void> {
    return this.#hand.raise(raised);
  }

  /** Shows an emoji to the others for a few seconds. */
  async react(emoji: string): Promise<void> {
    if (this.#eventId === undefined) throw new MeloError("unknown", "This device is not in the call.");
    const relation = { rel_type: "m.reference", event_id: this.#eventId };
    await this.#options.send(CALL_REACTION, { "m.relates_to": relation, emoji, name: emoji });
  }

  /** Withdraws the membership. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  /** Lets go without a word: the client stops, and the next one goes on with the call, or the delayed leave ends it. */
  abandon(): void {
    this.#end();
  }

  async #begin({ intent, notify }: MembershipOptions): Promise<void> {
    const { client, room, encrypted, memory, service } = this.#options;
    const before = await memory.load().catch(() => undefined);
    await this.#session.initialMembershipCalculated;
    if (this.#life.signal.aborted || this.#leaving) return;
    const own = { userId: client.getSafeUserId(), deviceId: client.getDeviceId() ?? "", memberId: this.memberId };
    const transport = { type: "livekit", livekit_service_url: service, livekit_alias: room.roomId };
    const join = () => {
      this.#session.joinRTCSession(own, [], transport, {
        manageMediaKeys: encrypted,
        callIntent: intent,
        notificationType: notify,
        applicationData: this.#data.applicationData,
        unstableSendStickyEvents: this.sticky,
        delayedLeaveEventDelayMs: LEAVE_AFTER,
        delayedLeaveEventRestartMs: PUT_OFF_EVERY,
        networkErrorRetryMs: RETRY,
        maximumNetworkErrorRetryCount: RETRIES,
        maximumRateLimitRetryCount: RETRIES,
      });
      rotateWithReason(this.#session, own);
    };
    this.#session.on(MatrixRTCSessionEvent.MembershipManagerError, (error) => void this.#handleFailure(error, join));
    join();
    void this.#session.ensureRecalculateSessionMembers(); // makes the first key
    // The leave that the client before had left behind: it would end this membership, as a state event of the same key; a sticky membership has a key of its own, and the one before has to end.
    if (before?.delayId && before.roomId === room.roomId) {
      await this.#joined.promise.catch(() => {});
      const done = this.sticky
        ? client._unstable_sendScheduledDelayedEvent(before.delayId)
        : client._unstable_cancelScheduledDelayedEvent(before.delayId);
      await done.catch(() => {}); // it has come already, or the homeserver knows none
    }
  }

  #watch(): void {
    const { client, room } = this.#options;
    const { signal } = this.#life;
    this.#session.on(MatrixRTCSessionEvent.EncryptionKeyChanged, (key, index, member, identity) => {
      const isOwn = member.userId === client.getSafeUserId() && member.deviceId === client.getDeviceId();
      if (isOwn) this.#ring.add({ identity, index, key, isOwn });
      else void this.#turns.take(() => this.#addKey({ identity, index, key, isOwn }, member));
      this.#showKeys();
    });
    this.#session.on(MatrixRTCSessionEvent.MembershipsChanged, this.#handleMembers);
    this.#session.on(MembershipManagerEvent.ProbablyLeft, this.#show);
    this.#session.on(MembershipManagerEvent.DelayIdChanged, this.#note);
    room.on(RoomStateEvent.Events, this.#handleState);
    room.on(RoomEvent.MyMembership, this.#handleRoom);
    client.on(ClientEvent.Sync, this.#handleSync);
    addEventListener("online", this.#putOff, { signal });
    signal.addEventListener(
      "abort",
      () => {
        room.off(RoomStateEvent.Events, this.#handleState);
        room.off(RoomEvent.MyMembership, this.#handleRoom);
        client.off(ClientEvent.Sync, this.#handleSync);
        this.#session.removeAllListeners();
        this.#inbox[Symbol.dispose]();
        this.#outbox[Symbol.dispose]();
        this.#ring.clear();
        this.#tabWatch?.abort();
        this.#joined.reject(new MeloError("interrupted", "The call was left before it was joined."));
      },
      { once: true },
    );
  }

  /**
   * The SDK takes a key for that of any membership of the device that it came from. In sticky mode that may be the one before, which the device has just left or left behind: the key says which
   * membership it is for, and may come before that does.
   */
  async #addKey(key: MediaKey, { userId, deviceId, memberId }: DeviceOf & { readonly memberId: string }): Promise<void> {
    if (this.#life.signal.aborted) return;
    const plain = `${userId}:${deviceId}`;
    const ofDevice = this.#session.memberships.filter((membership) => membership.userId === userId && membership.deviceId === deviceId);
    const isSure = key.identity === plain || ofDevice.some((membership) => membership.memberId === memberId) || memberId === plain;
    const identity = ofDevice.find((membership) => membership.memberId === memberId)?.rtcBackendIdentity;
    if (isSure) this.#ring.add({ ...key, identity: identity ?? key.identity });
    else this.#ring.addEarly({ ...key, identity: await identityOf({ userId, deviceId, id: memberId }) });
    this.#showKeys();
  }

  /** The lock is free when the tab of the call is gone, however it went. */
  #watchTab(name: string | undefined): void {
    this.#tabWatch?.abort();
    this.#source.merge({ tab: name });
    if (name === undefined) return;
    const watch = (this.#tabWatch = new AbortController());
    navigator.locks.request(name, { signal: watch.signal }, () => void (watch.signal.aborted || this.leave())).catch(() => {});
  }

  #handlePublished(eventId: string, content: Readonly<Record<string, unknown>>): void {
    this.#eventId = eventId;
    this.#data.handlePublished(content);
    this.#joined.resolve();
    this.#note();
    this.#show();
    void this.#hand.follow(eventId).catch(() => {}); // raised again by a click
  }

  #handleState = (event: MatrixEvent): void => {
    if (event.getType() === CALL_MEMBER) void this.#session.ensureRecalculateSessionMembers();
  };

  #handleMembers = (): void => {
    this.#ring.keep(new Set(this.#session.memberships.map(({ rtcBackendIdentity }) => rtcBackendIdentity)));
    this.#show();
    this.#showKeys();
  };

  #handleSync = (state: SyncState): void => {
    this.#isSynced = state === SyncState.Syncing || state === SyncState.Prepared || state === SyncState.Catchup;
    this.#show();
  };

  /** The network is back, after so long perhaps that the leave would come before the SDK puts it off by itself. */
  #putOff = (): void => {
    const { delayId } = this.#session;
    if (delayId !== undefined) this.#options.client._unstable_restartScheduledDelayedEvent(delayId).catch(() => {}); // the SDK tries again
  };

  #handleRoom = (_room: SdkRoom, membership: string): void => {
    if (membership !== "join") this.#end(new MeloError("forbidden", "This account is not in the room any more."));
  };

  /** The SDK has given up. What can be mended is begun again. */
  async #handleFailure(error: unknown, join: () => void): Promise<void> {
    const failure = this.#options.toError(error instanceof Error && error.cause ? error.cause : error);
    if (this.#leaving || this.#life.signal.aborted) return;
    if (failure.code === "forbidden" || failure.code === "signed-out" || !this.#eventId) {
      this.#joined.reject(failure);
      return this.#end(failure);
    }
    this.#source.merge({ own: "reconnecting" });
    await pause(RETRY, this.#life.signal).catch(() => {});
    if (!this.#leaving && !this.#life.signal.aborted) join();
  }

  async #leave(): Promise<void> {
    this.#source.merge({ own: "leaving" });
    this.#tabWatch?.abort();
    await this.#session.leaveRoomSession(LEAVE_WITHIN).catch(() => false);
    this.#end();
    await this.#options.memory.save(undefined).catch(() => {});
  }

  #end(error?: MeloError): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort();
    void this.#session.stop().catch(() => {});
    this.#source.merge({ own: "none", keys: INITIAL_CALL_KEYS, error });
  }

  #show = (): void => {
    if (this.#life.signal.aborted || this.#leaving) return;
    const { client } = this.#options;
    const isMember = this.#session.memberships.some(
      ({ userId, deviceId }) => userId === client.getSafeUserId() && deviceId === client.getDeviceId(),
    );
    this.#isSeen ||= isMember;
    const isDoubtful = this.#session.probablyLeft || !this.#isSynced || (this.#isSeen && !isMember);
    this.#source.merge({ own: this.#eventId === undefined ? "joining" : isDoubtful ? "reconnecting" : "joined" });
  };

  #showKeys(): void {
    if (this.#life.signal.aborted) return;
    const withheld = this.#session.memberships.filter(({ userId, deviceId }) =>
      this.#outbox.withheld.some((device) => device.userId === userId && device.deviceId === deviceId),
    );
    const keys = { keys: this.#ring.keys, refused: this.#inbox.refused, withheld: Object.freeze(withheld.map(({ memberId }) => memberId)) };
    this.#source.merge({ keys: Object.freeze(keys) });
  }

  #note = (): void => {
    if (this.#life.signal.aborted || this.#leaving) return;
    const { delayId } = this.#session;
    void this.#options.memory.save({ roomId: this.roomId, tab: this.state.tab, delayId }).catch(() => {}); // then the delayed leave does its work
  };
}
