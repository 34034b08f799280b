import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent, Room as SdkRoom, RoomState as SdkState } from "matrix-js-sdk/lib/matrix.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { coalesced } from "../internal/after-this-task.js";
import { MeloError } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import type { ActiveCalls } from "./active-calls.js";
import type { CallDomainOptions, RoomLookup } from "./call-domain.js";
import { maySpeak, permissionsIn } from "./call-permissions.js";
import type { CallService } from "./call-service.js";
import { VOICE_CHANNEL } from "./membership.js";
import { RoomMemberships, type KnownMembership } from "./memberships.js";
import {
  INITIAL_ROOM_CALL,
  type CallMember,
  type MembershipOptions,
  type OwnCallData,
  type RoomCall,
  type RoomCallState,
  type SfuAccess,
} from "./room-call-state.js";
import { Signals } from "./signals.js";

type Options = Pick<CallDomainOptions, "client" | "toError" | "isEncrypted" | "person" | "cleanName" | "sticky"> & {
  readonly active: ActiveCalls;
  readonly service: CallService;
  readonly lookup: RoomLookup;
};

/** {@link RoomCall} over a live client. */
export class LiveRoomCall implements RoomCall, Disposable {
  readonly #options: Options;
  readonly #source = new Source<RoomCallState>(INITIAL_ROOM_CALL);
  readonly #life = new AbortController();
  readonly #soon = coalesced(() => this.#update());
  #room?: SdkRoom;
  #memberships?: RoomMemberships;
  #signals?: Signals;
  #isEncrypted = false;
  #isWithoutService = false;
  /** The homeserver has told how things stand since the client started. Before, what was kept may be older than the room, or than joining it. */
  #isUpToDate = false;

  constructor(options: Options) {
    this.#options = options;
    const { client, lookup, active } = options;
    const { signal } = this.#life;
    lookup.subscribe(this.#soon, { signal });
    active.subscribe(this.#soon, { signal });
    client.on(ClientEvent.Room, this.#soon);
    client.on(ClientEvent.Sync, this.#handleSync);
    this.#handleSync(client.getSyncState());
    client.on(RoomEvent.MyMembership, this.#soon);
    client.on(RoomEvent.Name, this.#handleRoom);
    client.on(RoomStateEvent.Events, this.#handleState);
    void this.#askService();
    this.#update();
  }

  get state(): RoomCallState {
    return this.#source.state;
  }

  subscribe: RoomCall["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async join(options: MembershipOptions): Promise<void> {
    const roomId = await this.#options.lookup.roomId();
    await this.#act(() => this.#options.active.join(roomId, options));
  }

  async leave(): Promise<void> {
    const roomId = await this.#options.lookup.roomId();
    await this.#act(async () => this.#options.active.of(roomId)?.leave());
  }

  async tell(data: OwnCallData): Promise<void> {
    await this.#act(async () => (await this.#call()).tell(data));
  }

  async access(serviceUrl?: string): Promise<SfuAccess> {
    const { active, lookup, service } = this.#options;
    const roomId = await lookup.roomId();
    return this.#act(async () => {
      const { memberId, sticky, service: published } = await active.seat(roomId);
      const own = published ?? (await service.own());
      // The request carries a token that speaks for this account, so it goes to nobody but those whom somebody in the call publishes at.
      const isKnown =
        serviceUrl === undefined ||
        serviceUrl === own ||
        (serviceUrl !== "" && this.state.members.some((member) => member.serviceUrl === serviceUrl));
      if (!isKnown) throw new MeloError("call-service-refused", "Nobody in the call publishes at that service.");
      return service.access({ roomId, serviceUrl: serviceUrl ?? own, memberId, sticky });
    });
  }

  async raiseHand(raised: boolean): Promise<void> {
    await this.#act(async () => (await this.#call()).raiseHand(raised));
  }

  async react(emoji: string): Promise<void> {
    await this.#act(async () => (await this.#call()).react(emoji));
  }

  async remove(userId: string, reason?: string): Promise<void> {
    const roomId = await this.#options.lookup.roomId();
    await this.#act(() => this.#options.client.kick(roomId, userId, reason));
  }

  [Symbol.dispose](): void {
    this.#life.abort();
    this.#close();
    const { client } = this.#options;
    client.off(ClientEvent.Room, this.#soon);
    client.off(ClientEvent.Sync, this.#handleSync);
    client.off(RoomEvent.MyMembership, this.#soon);
    client.off(RoomEvent.Name, this.#handleRoom);
    client.off(RoomStateEvent.Events, this.#handleState);
  }

  async #act<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#options.toError(error);
    }
  }

  async #call() {
    const call = this.#options.active.of(await this.#options.lookup.roomId());
    if (!call) throw new MeloError("unknown", "This device is not in the call.");
    return call;
  }

  #handleSync = (state: SyncState | null): void => {
    if (this.#isUpToDate || state !== SyncState.Syncing) return;
    this.#isUpToDate = true;
    this.#soon();
  };

  #handleRoom = ({ roomId }: SdkRoom): void => {
    if (roomId === this.#room?.roomId) this.#soon();
  };

  #handleState = (event: MatrixEvent, { roomId }: SdkState): void => {
    const isOfUse = ["m.room.power_levels", "m.room.member", "m.room.encryption", "m.room.create"].includes(event.getType());
    if (roomId === this.#room?.roomId && isOfUse) this.#soon();
  };

  async #askService(): Promise<void> {
    try {
      await this.#options.service.own();
      this.#isWithoutService = false;
    } catch (error) {
      this.#isWithoutService = this.#options.toError(error).code === "call-service-missing"; // anything else may be over when somebody joins
    }
    this.#soon();
  }

  #update(): void {
    if (this.#life.signal.aborted) return;
    const { client, lookup } = this.#options;
    const { status, roomId, error } = lookup.state;
    if (roomId === undefined) {
      this.#close();
      this.#source.merge({ ...INITIAL_ROOM_CALL, roomId, status: status === "failed" ? "failed" : "loading", error });
      return;
    }
    const room = client.getRoom(roomId) ?? undefined;
    if (room !== this.#room) this.#open(room);
    if (room) this.#source.merge(this.#inside(room));
    else this.#source.merge({ ...INITIAL_ROOM_CALL, roomId, status: this.#isUpToDate ? "ready" : "loading", error });
  }

  #open(room: SdkRoom | undefined): void {
    this.#close();
    this.#room = room;
    if (!room) return;
    this.#memberships = new RoomMemberships(room);
    this.#signals = new Signals({ client: this.#options.client, room, onChange: this.#soon });
    this.#memberships.subscribe(this.#handleMemberships);
    this.#options.isEncrypted(room.roomId).then(
      (isEncrypted) => {
        this.#isEncrypted = isEncrypted;
        this.#soon();
      },
      () => {}, // the room's own state says it too
    );
  }

  #close(): void {
    this.#memberships?.[Symbol.dispose]();
    this.#signals?.[Symbol.dispose]();
    this.#memberships = this.#signals = this.#room = undefined;
    this.#isEncrypted = false;
  }

  #handleMemberships = (): void => {
    this.#signals?.setMembers(this.#memberships?.state.memberships ?? []);
    this.#soon();
  };

  #inside(room: SdkRoom): RoomCallState {
    const { client, active, cleanName, sticky } = this.#options;
    const { memberships, unreadable, isReady } = this.#memberships!.state;
    const isInside = room.getMyMembership() === "join";
    const permissions = permissionsIn(room, client.getSafeUserId(), sticky);
    const call = active.stateOf(room.roomId);
    const members = isInside ? memberships.map((membership) => this.#member(room, membership)) : [];
    const before = this.state.members;
    const isSame = members.length === before.length && members.every((member, index) => member === before[index]);
    return {
      status: isReady && (isInside || this.#isUpToDate) ? "ready" : "loading",
      roomId: room.roomId,
      name: cleanName(room.name),
      isVoiceChannel: room.getType() === VOICE_CHANNEL,
      encrypted: this.#isEncrypted || room.hasEncryptionStateEvent(),
      members: isSame ? before : Object.freeze(members),
      unreadable,
      reactions: this.#signals!.reactions,
      intent: memberships.find(({ intent }) => intent !== undefined)?.intent,
      ...permissions,
      canJoin: permissions.canJoin === "allowed" && this.#isWithoutService ? "no-service" : permissions.canJoin,
      own: call?.own ?? "none",
      error: call?.error?.toInfo(),
    };
  }

  /** The same object as before while nothing of it changed. */
  #member(room: SdkRoom, membership: KnownMembership): CallMember {
    const { client, person } = this.#options;
    const { id, identity, service, userId, deviceId, createdAt, eventId, data } = membership;
    const { name, avatar } = person(room, userId);
    const isOwn = userId === client.getSafeUserId();
    const now: CallMember = {
      id,
      identity,
      serviceUrl: service,
      userId,
      deviceId,
      name,
      avatar,
      isOwn,
      isThisDevice: isOwn && deviceId === client.getDeviceId(),
      joinedAt: createdAt,
      ...data,
      handRaisedAt: this.#signals?.handRaisedAt(id),
      maySpeak: maySpeak(room, userId),
      eventId,
    };
    const before = this.state.members.find((member) => member.id === id);
    const keys = Object.keys({ ...before, ...now }) as (keyof CallMember)[];
    return before && keys.every((key) => Object.is(now[key], before[key])) ? before : Object.freeze(now);
  }
}
