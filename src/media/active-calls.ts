import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { CALL_MEMBER, RTC_MEMBER } from "../internal/call-events.js";
import { MeloError } from "../internal/errors.js";
import { Source, type Readable } from "../internal/readable.js";
import { within } from "../internal/time-limit.js";
import { Turns } from "../internal/turns.js";
import type { ActiveCall, ActiveCallState } from "./active-call.js";
import type { CallDomainOptions } from "./call-domain.js";
import type { CallService } from "./call-service.js";
import type { DeviceTrust } from "./device-trust.js";
import { endLeftBehind } from "./left-behind.js";
import type { MembershipOptions } from "./room-call-state.js";

/** How long joining waits for the homeserver's first answer, in ms. */
const SYNCED_WITHIN = 30_000;
/** Sticky events (MSC4354), as the homeserver names them among its features. */
const STICKY = "org.matrix.msc4354";

type Options = Pick<CallDomainOptions, "client" | "memory" | "toError" | "send" | "isEncrypted" | "sticky"> & {
  readonly trust: DeviceTrust;
  readonly onUnopened: (listener: (userId: string) => void, signal: AbortSignal) => void;
  readonly service: Pick<CallService, "own">;
};

export interface ActiveCallsState {
  /** The room of the call that this device is in. */
  readonly roomId?: string;
  readonly call?: ActiveCallState;
}

/** The one call that this device is in. */
export class ActiveCalls implements Readable<ActiveCallsState> {
  readonly #options: Options;
  readonly #source = new Source<ActiveCallsState>({});
  readonly #turns = new Turns();
  #call?: ActiveCall;
  /** The id of the membership to come, by room: access to the SFU is asked for before the membership is there, and in sticky mode under a name that is made of it. */
  readonly #coming = new Map<string, string>();
  readonly #life = new AbortController();

  constructor(options: Options) {
    this.#options = options;
  }

  get state(): ActiveCallsState {
    return this.#source.state;
  }

  subscribe: Readable<ActiveCallsState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  /** The call of that room, if this device is in it. */
  of(roomId: string | undefined): ActiveCall | undefined {
    return this.#call && this.#call.roomId === roomId && this.#call.state.own !== "none" ? this.#call : undefined;
  }

  /** How the call of that room stands, or ended, if this device is or was last in it. */
  stateOf(roomId: string | undefined): ActiveCallState | undefined {
    return this.#call && this.#call.roomId === roomId ? this.#call.state : undefined;
  }

  /** As whom this device is, or will be, in the call of that room, and where it publishes, if that is settled. */
  async seat(roomId: string): Promise<{ readonly memberId: string; readonly sticky: boolean; readonly service?: string }> {
    const call = this.of(roomId);
    if (call && call.state.own !== "leaving") return call;
    const sticky = await this.#isSticky();
    return { memberId: this.#comingId(roomId, sticky), sticky };
  }

  /** Joins the call of a room, after leaving the one before. Who is in it already only says so. */
  async join(roomId: string, options: MembershipOptions): Promise<void> {
    const call = await this.#turns.take(async () => {
      const current = this.of(roomId);
      if (current && current.state.own !== "leaving") {
        current.takeOver(options);
        return current;
      }
      await this.#call?.leave();
      return this.#start(roomId, options);
    });
    await call.joined();
  }

  /** Ends what this device, and devices that are no more, have left behind in calls. Joining waits for it. */
  settle(): Promise<void> {
    const { client, memory } = this.#options;
    const memberIn = (roomId: string): string | undefined => this.of(roomId)?.memberId;
    return this.#turns.take(() => endLeftBehind({ client, memory, memberIn, signal: this.#life.signal }));
  }

  /** The client stops. */
  dispose(): void {
    this.#life.abort();
    this.#call?.abandon();
  }

  async #isSticky(): Promise<boolean> {
    const { client, sticky } = this.#options;
    return sticky && (await client.doesServerSupportUnstableFeature(STICKY).catch(() => false));
  }

  /** A new one for each membership in sticky mode (MSC4143). */
  #comingId(roomId: string, sticky: boolean): string {
    const { client } = this.#options;
    if (!sticky) return `${client.getSafeUserId()}:${client.getDeviceId() ?? ""}`;
    if (!this.#coming.has(roomId)) this.#coming.set(roomId, crypto.randomUUID());
    return this.#coming.get(roomId)!;
  }

  /** What is kept of the rooms may be older than the room: after a hand-over, the tab of the call is quicker than the homeserver's first answer. */
  async #synced(): Promise<void> {
    const { client } = this.#options;
    if (client.getSyncState() === SyncState.Syncing) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (state: SyncState): void => void (state === SyncState.Syncing && resolve());
    client.on(ClientEvent.Sync, look);
    const tooLate = (): MeloError => new MeloError("homeserver-unreachable", "The homeserver does not answer.");
    await within(SYNCED_WITHIN, promise, tooLate).finally(() => client.off(ClientEvent.Sync, look));
  }

  async #start(roomId: string, membership: MembershipOptions): Promise<ActiveCall> {
    const { client, trust, onUnopened, memory, toError, send, isEncrypted } = this.#options;
    if (client.getRoom(roomId)?.getMyMembership() !== "join") await this.#synced();
    const room = client.getRoom(roomId);
    if (room?.getMyMembership() !== "join") throw new MeloError("forbidden", "This account is not in the room.");
    const sticky = await this.#isSticky();
    const mayJoin = sticky
      ? room.currentState.maySendEvent(RTC_MEMBER, client.getSafeUserId())
      : room.currentState.maySendStateEvent(CALL_MEMBER, client.getSafeUserId());
    if (!mayJoin) throw new MeloError("forbidden", "The room does not let this account join its call.");
    const [service, known, { ActiveCall }] = await Promise.all([
      this.#options.service.own(),
      isEncrypted(roomId),
      import("./active-call.js"),
    ]);
    const encrypted = known || room.hasEncryptionStateEvent();
    if (sticky && encrypted && !room.hasEncryptionStateEvent())
      throw new MeloError(
        "call-encryption-failed",
        "The homeserver denies that the room is encrypted, so its membership would be sent in clear.",
      );
    if (this.#life.signal.aborted) throw new MeloError("interrupted", "The client was stopped before the call was joined.");
    const call = new ActiveCall(
      {
        client,
        room,
        trust,
        onUnopened,
        memory,
        toError,
        send: (type, content) => send(roomId, type, content),
        encrypted,
        sticky,
        service,
        memberId: this.#comingId(roomId, sticky),
      },
      membership,
    );
    this.#coming.delete(roomId);
    this.#call = call;
    const show = (): void => {
      if (this.#call === call) this.#source.merge({ roomId: call.state.own === "none" ? undefined : roomId, call: call.state });
    };
    call.subscribe(show);
    show();
    void this.settle().catch(() => {}); // of devices that are no more; the next start tries again
    return call;
  }
}
