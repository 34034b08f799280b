import {
  ConnectionError,
  ConnectionErrorReason,
  ConnectionState,
  DefaultReconnectPolicy,
  DisconnectReason,
  RoomEvent,
  type LocalTrack,
  type LocalTrackPublication,
  type Participant,
  type Room,
  type RoomOptions,
  type TrackPublishOptions,
} from "livekit-client";

import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import { within } from "../internal/time-limit.js";
import type { MediaKey } from "./call-keys-state.js";
import { FrameEncryption } from "./frame-encryption.js";
import { makeRoom } from "./livekit-room.js";
import { watchNetworkLoss } from "./network-loss.js";
import type { SfuAccess } from "./room-call-state.js";

/** LiveKit tries to resume for so long, in ms between attempts; after that the connection is made anew, with a new token. */
const RESUME_DELAYS = [0, 300, 800, 1_200, 2_000];
/** Between attempts to make it anew, in ms; the last one again and again. */
const REBUILD_DELAYS = [0, 300, 1_000, 1_500, 2_000];
const CONNECT_LIMIT = 15_000;
/** How long the own key and the worker may take before it is said that nothing can be sent, in ms. */
const ENCRYPTION_LIMIT = 15_000;

const OPTIONS: RoomOptions = {
  adaptiveStream: true,
  dynacast: true,
  stopLocalTrackOnUnpublish: false,
  // The page's end is told to the membership and the SFU together, and only when the page really goes.
  disconnectOnPageLeave: false,
};

export type SfuStatus = "connecting" | "connected" | "reconnecting" | "ended";

export interface SfuOptions {
  readonly encrypted: boolean;
  /** A new address and token at each call. */
  readonly access: () => Promise<SfuAccess>;
  /** Something of the room has changed: participants, tracks, levels of speech, quality, status. */
  readonly onChange: () => void;
  /** A frame of that identity could not be opened. */
  readonly onFrameError?: (identity: string, message: string) => void;
  /** The connection will not come back. */
  readonly onEnd: (error: MeloError) => void;
}

interface Current {
  readonly url: string;
  readonly room: Room;
  readonly encryption?: FrameEncryption;
  readonly release: () => void;
}

interface Published {
  readonly options: TrackPublishOptions;
  publication?: LocalTrackPublication;
}

/** A connection to one SFU that comes back by itself, with the encryption of what goes over it. Asks for no track by itself. */
export class SfuConnection {
  readonly #options: SfuOptions;
  readonly #life = new AbortController();
  readonly #published = new Map<LocalTrack, Published>();
  #keys: readonly MediaKey[] = [];
  #current?: Current;
  #status: SfuStatus = "connecting";
  #isNetworkLost = false;
  #keyWaiters = new Set<() => void>();
  #renewedFor?: string;

  constructor(options: SfuOptions) {
    this.#options = options;
    const onChange = (isLost: boolean) => {
      this.#isNetworkLost = isLost;
      options.onChange();
    };
    watchNetworkLoss({ address: () => this.#current?.url, onChange, signal: this.#life.signal });
  }

  get status(): SfuStatus {
    return this.#status === "connected" && this.#isNetworkLost ? "reconnecting" : this.#status;
  }

  /** The room as LiveKit has it now; another object after the connection was made anew. */
  get room(): Room | undefined {
    return this.#current?.room;
  }

  get encryption(): FrameEncryption | undefined {
    return this.#current?.encryption;
  }

  /** Rejects `call-full`, `call-unreachable`, `call-encryption-failed` or what access rejects with; then the connection has ended. */
  async connect(access?: Promise<SfuAccess>): Promise<void> {
    try {
      await this.#build(access);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Takes over the keys that are known now; resolves with the identities of which there is a new one. */
  async setKeys(keys: readonly MediaKey[]): Promise<ReadonlySet<string>> {
    this.#keys = keys;
    const changed = (await this.encryption?.provider.setKeys(keys)) ?? new Set<string>();
    for (const look of [...this.#keyWaiters]) look();
    return changed;
  }

  /**
   * Publishes a track, and again whenever the connection is made anew. In an encrypted call nothing is published before the worker says that it encrypts and the own key is there:
   * rejects `call-encryption-failed` if that does not come about.
   */
  async publish(track: LocalTrack, options: TrackPublishOptions): Promise<LocalTrackPublication | undefined> {
    const entry: Published = { options };
    this.#published.set(track, entry);
    if (this.#status === "connected") await this.#publishOne(track, entry);
    return entry.publication;
  }

  /** Takes a track back. It is not stopped. */
  async unpublish(track: LocalTrack): Promise<void> {
    const entry = this.#published.get(track);
    this.#published.delete(track);
    const room = this.room;
    if (entry && room?.state === ConnectionState.Connected) await room.localParticipant.unpublishTrack(track, false).catch(() => {});
  }

  publicationOf(track: LocalTrack): LocalTrackPublication | undefined {
    return this.#published.get(track)?.publication;
  }

  /**
   * The name of this device in the call. In sticky mode it is another one with each membership: then the connection is made anew under it, since the others look for that name. Once for each
   * name, in case that a service knows this device by another one throughout.
   */
  follow(identity: string): void {
    if (this.#status !== "connected" || this.room?.localParticipant.identity === identity || this.#renewedFor === identity) return;
    this.#renewedFor = identity;
    this.#discard();
    this.#status = "reconnecting";
    this.#options.onChange();
    void this.#rebuild();
  }

  /** Leaves. Tracks that were published are not stopped. */
  async close(): Promise<void> {
    if (this.#life.signal.aborted) return;
    this.#end();
  }

  #end(): void {
    this.#life.abort();
    this.#status = "ended";
    this.#published.clear();
    this.#discard();
  }

  #discard(): void {
    const current = this.#current;
    this.#current = undefined;
    if (!current) return;
    current.room.removeAllListeners();
    current.release();
    void current.room
      .disconnect(false)
      .catch(() => {})
      .finally(() => current.encryption?.[Symbol.dispose]());
  }

  async #build(given?: Promise<SfuAccess>): Promise<void> {
    const { encrypted, access } = this.#options;
    const encryption = encrypted ? new FrameEncryption() : undefined;
    const { url, token } = await (given ?? access()).catch((error: unknown) => {
      encryption?.[Symbol.dispose]();
      throw error;
    });
    const { signal } = this.#life;
    if (signal.aborted) {
      encryption?.[Symbol.dispose]();
      throw new MeloError("interrupted", "The call was left.");
    }
    const { room, release } = makeRoom({
      ...OPTIONS,
      reconnectPolicy: new DefaultReconnectPolicy(RESUME_DELAYS),
      ...(encryption && { encryption: { keyProvider: encryption.provider, worker: encryption.worker } }),
    });
    room.setMaxListeners(50);
    const current = (this.#current = { url, room, encryption, release });
    this.#watch(current);
    try {
      if (encryption?.failure !== undefined) throw new MeloError("call-encryption-failed", encryption.failure);
      if (encryption) {
        await encryption.provider.setKeys(this.#keys);
        await room.setE2EEEnabled(true);
      }
      await room.connect(url, token, { autoSubscribe: false, peerConnectionTimeout: CONNECT_LIMIT, websocketTimeout: CONNECT_LIMIT });
      if (this.#current !== current) throw new MeloError("interrupted", "The call was left.");
    } catch (error) {
      if (this.#current === current) this.#discard();
      throw connectError(error);
    }
    this.#status = "connected";
    this.#isNetworkLost = false;
    this.#options.onChange();
    const results = await Promise.allSettled([...this.#published].map(([track, entry]) => this.#publishOne(track, entry)));
    const failures = results.flatMap((result) => (result.status === "rejected" ? MeloError.from(result.reason) : []));
    const failure = failures.find(({ code }) => code === "call-encryption-failed"); // without another one's permission to publish one still hears the others
    if (failure && this.#current === current) throw failure;
  }

  async #publishOne(track: LocalTrack, entry: Published): Promise<void> {
    await this.#assertEncrypted();
    const room = this.room;
    if (!room || this.#published.get(track) !== entry) return;
    entry.publication = await room.localParticipant.publishTrack(track, entry.options);
    if (this.#published.get(track) !== entry) await room.localParticipant.unpublishTrack(track, false).catch(() => {});
    this.#options.onChange();
  }

  /** The guard of everything that is sent: passes only while the worker encrypts with a key of this device. */
  async #assertEncrypted(): Promise<void> {
    if (!this.#options.encrypted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      const { room, encryption } = this.#current ?? {};
      if (room?.isE2EEEnabled && encryption && encryption.provider.ownIndex >= 0) resolve();
    };
    this.#keyWaiters.add(look);
    look();
    try {
      await within(
        ENCRYPTION_LIMIT,
        promise,
        () => new MeloError("call-encryption-failed", "No own media key, or no worker that uses it."),
      );
    } finally {
      this.#keyWaiters.delete(look);
    }
  }

  #watch(current: Current): void {
    const { room, encryption } = current;
    const change = () => {
      if (this.#current === current) this.#options.onChange();
    };
    for (const event of CHANGES) room.on(event, change);
    room
      .on(RoomEvent.ParticipantEncryptionStatusChanged, () => {
        for (const look of [...this.#keyWaiters]) look();
      })
      .on(RoomEvent.EncryptionError, (error: Error | undefined, participant?: Participant) => {
        if (participant) this.#options.onFrameError?.(participant.identity, error?.message ?? "");
      })
      .on(RoomEvent.SignalReconnecting, () => this.#setStatus(current, "reconnecting"))
      .on(RoomEvent.Reconnecting, () => this.#setStatus(current, "reconnecting"))
      .on(RoomEvent.Reconnected, () => {
        this.#isNetworkLost = false;
        this.#setStatus(current, "connected");
      })
      .on(RoomEvent.Disconnected, (reason) => this.#handleDisconnected(current, reason));
    if (encryption)
      encryption.onFailure = (message) => {
        if (this.#current !== current) return;
        this.#end();
        this.#options.onEnd(new MeloError("call-encryption-failed", message));
      };
  }

  #setStatus(current: Current, status: SfuStatus): void {
    if (this.#current !== current || this.#status === "connecting") return;
    this.#status = status;
    this.#options.onChange();
  }

  #handleDisconnected(current: Current, reason?: DisconnectReason): void {
    if (this.#current !== current || this.#status === "connecting") return; // then `connect` says what went wrong
    this.#discard();
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) {
      this.#end();
      this.#options.onEnd(new MeloError("call-replaced", "The same device joined the call elsewhere."));
      return;
    }
    this.#status = "reconnecting";
    this.#options.onChange();
    void this.#rebuild();
  }

  async #rebuild(): Promise<void> {
    const { signal } = this.#life;
    for (let attempt = 0; !signal.aborted; attempt++) {
      await pauseOrOnline(REBUILD_DELAYS[Math.min(attempt, REBUILD_DELAYS.length - 1)]!, signal).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.#build();
        return;
      } catch (error) {
        if (this.#current) this.#discard();
        const failure = MeloError.from(error);
        if (signal.aborted || !FINAL.has(failure.code)) continue;
        this.#end();
        this.#options.onEnd(failure);
      }
    }
  }
}

/** What no later attempt mends. */
const FINAL: ReadonlySet<string> = new Set([
  "call-service-refused",
  "call-service-missing",
  "call-encryption-failed",
  "forbidden",
  "not-signed-in",
]);

const CHANGES = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackSubscriptionFailed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.TrackStreamStateChanged,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.ParticipantPermissionsChanged,
] as const;

/** Why a connection to an SFU could not be made. */
export function connectError(error: unknown): MeloError {
  if (error instanceof MeloError) return error;
  if (error instanceof ConnectionError) {
    const status = error.status ?? 0;
    const full = status === 503 || status === 429 || error.reason === ConnectionErrorReason.ServiceNotFound;
    if (error.reason === ConnectionErrorReason.Cancelled) return new MeloError("interrupted", error.message, { cause: error });
    return new MeloError(full ? "call-full" : "call-unreachable", error.message, { cause: error });
  }
  return MeloError.from(error, "call-unreachable");
}

/** Waits so many ms, or until the browser says that it is online again. */
async function pauseOrOnline(milliseconds: number, signal: AbortSignal): Promise<void> {
  const hurry = new AbortController();
  const online = () => hurry.abort();
  addEventListener("online", online);
  try {
    await pause(milliseconds, AbortSignal.any([signal, hurry.signal]));
  } finally {
    removeEventListener("online", online);
  }
}
