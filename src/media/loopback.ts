import { RoomEvent, Track, type RemoteTrack, type Room, type TrackPublishOptions } from "livekit-client";

import { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import { within } from "../internal/time-limit.js";
import { holdTo, type Transport } from "./forced-way.js";
import { FrameEncryption } from "./frame-encryption.js";
import { makeRoom } from "./livekit-room.js";
import { CAMERA_OPTIONS, MICROPHONE_OPTIONS } from "./publish-options.js";
import { lossBetween, receivedIn, routeIn, type Received, type Route } from "./received-media.js";
import type { SfuAccess } from "./room-call-state.js";
import { connectError } from "./sfu-connection.js";
import { TestSignal } from "./test-signal.js";

/** How media may travel between this page and the SFU: straight by UDP, straight by TCP, or relayed by a TURN server that the SFU names. */
export type Way = "udp" | "tcp" | "turn";

/** In ms. */
const CONNECT_WITHIN = 10_000;
const ARRIVES_WITHIN = 10_000;
const MEASURED_FOR = 4_000;
const LOOK_EVERY = 250;

const SOUND: TrackPublishOptions = { ...MICROPHONE_OPTIONS, dtx: false };
const PICTURE: TrackPublishOptions = { ...CAMERA_OPTIONS, simulcast: false, videoEncoding: { maxBitrate: 200_000, maxFramerate: 15 } };

export interface LoopbackOptions {
  /** Access to one room of the SFU, under two names. */
  readonly access: readonly [publisher: SfuAccess, subscriber: SfuAccess];
  readonly way: Way;
  readonly signal: AbortSignal;
}

/** What came of sending media to the SFU and back. Times are in ms. */
export interface LoopbackResult {
  readonly outcome:
    | "well"
    /** There is no way through the network. */
    | "blocked"
    /** The SFU names no TURN server. */
    | "not-offered"
    /** Connected, and what was sent was not decoded at the other end. */
    | "silent"
    /** The token allows to listen only. */
    | "may-not-publish";
  readonly connected?: number;
  readonly relay?: Route["relay"];
  /** 0 to 1. */
  readonly loss?: number;
  readonly roundTrip?: number;
  readonly jitter?: number;
  /** What was decoded. */
  readonly sound?: boolean;
  readonly picture?: boolean;
}

/**
 * Sends a tone and a picture to the SFU by one way, encrypted with a random key, and gets them back by a second connection, which decodes them. Rejects with a MeloError:
 * `call-unreachable`, `call-full`, `call-encryption-failed`, `interrupted`.
 */
export async function loopback({ access, way, signal }: LoopbackOptions): Promise<LoopbackResult> {
  const [publisher, subscriber] = access.map((each) => new End(each, way, signal)) as [End, End];
  const signals = new TestSignal();
  try {
    const began = performance.now();
    const outcomes = await Promise.all([publisher.connect(), subscriber.connect()]);
    const refused = outcomes.find((outcome) => outcome !== "connected");
    if (refused) return { outcome: refused };
    const connected = Math.round(performance.now() - began);
    const { identity, permissions } = publisher.room.localParticipant;
    if (permissions?.canPublish === false) return { outcome: "may-not-publish", connected };

    const key = { identity, index: 0, key: crypto.getRandomValues(new Uint8Array(16)) };
    await Promise.all([publisher.encrypt({ ...key, isOwn: true }), subscriber.encrypt({ ...key, isOwn: false })]);
    const incoming = subscriber.subscribeTo(identity, signals);
    publisher.publish(signals);
    const { sound, picture } = await arrived(incoming, signals, signal);
    if (!sound || !picture) return { outcome: "silent", connected, sound, picture };
    return { outcome: "well", connected, sound, picture, ...(await measure(incoming, publisher, way, signal)) };
  } finally {
    for (const each of [publisher, subscriber, signals]) each[Symbol.dispose]();
  }
}

/** What an SFU says before any media flows. */
export interface SfuGreeting {
  /** It names a TURN server. */
  readonly offersRelay: boolean;
  /** Until it answered, in ms. */
  readonly connected: number;
}

/** Opens the SFU's WebSocket with a token, and no more. Rejects as {@link loopback}. */
export async function greet(access: SfuAccess, signal: AbortSignal): Promise<SfuGreeting> {
  const end = new End(access, "udp", signal);
  try {
    const began = performance.now();
    await end.reach();
    return { offersRelay: end.offersRelay, connected: Math.round(performance.now() - began) };
  } finally {
    end[Symbol.dispose]();
  }
}

/** One connection to the SFU that knows one way only, and does not come back by itself. */
class End implements Disposable {
  readonly room: Room;
  readonly #access: SfuAccess;
  readonly #way: Way;
  readonly #signal: AbortSignal;
  readonly #encryption = new FrameEncryption();
  readonly #release: () => void;
  readonly #life = new AbortController();
  readonly #transports: Transport[] = [];
  #isAnswered = false;
  readonly #answered = Promise.withResolvers<void>();

  constructor(access: SfuAccess, way: Way, signal: AbortSignal) {
    this.#access = access;
    this.#way = way;
    this.#signal = signal;
    const { room, release } = makeRoom({
      adaptiveStream: false,
      dynacast: false,
      stopLocalTrackOnUnpublish: false,
      disconnectOnPageLeave: false,
      reconnectPolicy: { nextRetryDelayInMs: () => null },
      encryption: { keyProvider: this.#encryption.provider, worker: this.#encryption.worker },
    });
    this.room = room;
    this.#release = release;
    room.engine.on(
      "signalConnected" as never,
      (() => {
        this.#isAnswered = true;
        this.#answered.resolve();
      }) as never,
    );
    const take = (...transports: (Transport | undefined)[]) => transports.forEach((transport) => transport && this.#take(transport));
    room.engine.on("transportsCreated" as never, take as never);
    signal.addEventListener("abort", () => this[Symbol.dispose](), { once: true, signal: this.#life.signal });
  }

  get offersRelay(): boolean {
    const servers = this.room.engine.latestJoinResponse?.iceServers ?? [];
    return servers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)));
  }

  /** Resolves when the SFU has answered on its WebSocket. */
  async reach(): Promise<void> {
    const connecting = this.#connect();
    connecting.catch(() => {});
    await Promise.race([this.#answered.promise, connecting]).catch((error: unknown) => this.#fail(error));
  }

  async connect(): Promise<"connected" | "blocked" | "not-offered"> {
    await this.room.setE2EEEnabled(true);
    const connected = this.#connect().then(() => "connected" as const);
    connected.catch(() => {}); // told below, unless it is left before
    const offer = this.#answered.promise.then(() => (this.#way === "turn" && !this.offersRelay ? ("not-offered" as const) : connected));
    try {
      return await Promise.race([offer, connected]);
    } catch (error) {
      if (this.#isAnswered && !this.#signal.aborted) return "blocked";
      return this.#fail(error);
    }
  }

  async encrypt(key: Parameters<FrameEncryption["provider"]["setKeys"]>[0][number]): Promise<void> {
    await this.#encryption.provider.setKeys([key]);
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => this.room.isE2EEEnabled && resolve();
    this.room.on(RoomEvent.ParticipantEncryptionStatusChanged, look);
    look();
    await within(ARRIVES_WITHIN, promise, () => new MeloError("call-encryption-failed", "The worker does not encrypt."));
  }

  /** What the SFU does not take does not arrive. */
  publish({ sound, picture }: TestSignal): void {
    const { localParticipant } = this.room;
    for (const publishing of [localParticipant.publishTrack(sound, SOUND), localParticipant.publishTrack(picture, PICTURE)])
      publishing.catch(() => {});
  }

  /** Asks for what that participant publishes, and for nothing else in the room. */
  subscribeTo(identity: string, sent: TestSignal): Incoming {
    const incoming: Incoming = {};
    const ask = () => {
      for (const publication of this.room.remoteParticipants.get(identity)?.trackPublications.values() ?? [])
        publication.setSubscribed(true);
    };
    this.room.on(RoomEvent.TrackPublished, ask).on(RoomEvent.ParticipantConnected, ask);
    this.room.on(RoomEvent.TrackSubscribed, (track: RemoteTrack) => {
      const element = track.attach(); // what nobody plays is not decoded
      element.muted = true;
      if (track.kind === Track.Kind.Audio) {
        incoming.sound = track;
        sent.listenTo(track.mediaStreamTrack);
      } else incoming.picture = track;
      void element.play().catch(() => {});
    });
    ask();
    return incoming;
  }

  /** What the connection itself says. */
  async stats(): Promise<RTCStatsReport | undefined> {
    const [publication] = this.room.localParticipant.trackPublications.values();
    return publication?.track?.getRTCStatsReport();
  }

  [Symbol.dispose](): void {
    if (this.#life.signal.aborted) return;
    this.#life.abort();
    this.#answered.promise.catch(() => {});
    this.#answered.reject(new MeloError("interrupted", "The test was stopped."));
    const { room } = this;
    for (const participant of room.remoteParticipants.values())
      for (const { track } of participant.trackPublications.values()) track?.detach();
    room.removeAllListeners();
    this.#release();
    void room
      .disconnect(false)
      .catch(() => {})
      .finally(() => {
        this.#transports.forEach((transport) => transport.close());
        this.#encryption[Symbol.dispose]();
      });
  }

  /** LiveKit closes none that it makes while it is being told to disconnect. */
  #take(transport: Transport): void {
    this.#transports.push(transport);
    if (this.#life.signal.aborted) transport.close();
    else if (this.#way !== "turn") holdTo(this.#way, transport);
  }

  async #connect(): Promise<void> {
    const { url, token } = this.#access;
    this.#assertAlive();
    await this.room.connect(url, token, {
      autoSubscribe: false,
      maxRetries: 0,
      peerConnectionTimeout: CONNECT_WITHIN,
      websocketTimeout: CONNECT_WITHIN,
      rtcConfig: this.#way === "turn" ? { iceTransportPolicy: "relay" } : { iceServers: [] },
    });
    if (this.#life.signal.aborted) void this.room.disconnect(false).catch(() => {});
    this.#assertAlive();
  }

  #assertAlive(): void {
    if (this.#life.signal.aborted) throw new MeloError("interrupted", "The test was stopped.");
  }

  #fail(error: unknown): never {
    if (this.#signal.aborted) throw new MeloError("interrupted", "The test was stopped.");
    throw connectError(error);
  }
}

interface Incoming {
  sound?: RemoteTrack;
  picture?: RemoteTrack;
}

async function receivedBy(track: RemoteTrack | undefined): Promise<Received> {
  const report = await track?.getRTCStatsReport();
  return receivedIn(report ?? new Map());
}

/** Waits until both are decoded. */
async function arrived(incoming: Incoming, sent: TestSignal, signal: AbortSignal) {
  const end = performance.now() + ARRIVES_WITHIN;
  for (;;) {
    const [heard, seen] = await Promise.all([receivedBy(incoming.sound), receivedBy(incoming.picture)]);
    const sound = sent.isAudible ? sent.hears : heard.packets > 0;
    const picture = seen.frames > 2;
    if ((sound && picture) || performance.now() > end) return { sound, picture };
    await wait(LOOK_EVERY, signal);
  }
}

async function measure(incoming: Incoming, publisher: End, way: Way, signal: AbortSignal): Promise<Partial<LoopbackResult>> {
  const look = () => Promise.all([receivedBy(incoming.sound), receivedBy(incoming.picture)]);
  const before = await look();
  await wait(MEASURED_FOR, signal);
  const after = await look();
  const routes = (await Promise.all([publisher.stats(), incoming.sound?.getRTCStatsReport()])).map((report) => report && routeIn(report));
  for (const route of routes)
    if (route && !isBy(way, route)) throw new MeloError("unknown", `The connection took another way than ${way}.`);
  const trips = routes.flatMap((route) => route?.roundTrip ?? []);
  return {
    loss: lossBetween(before, after),
    jitter: Math.round(Math.max(...after.map(({ jitter }) => jitter)) * 1000),
    ...(trips.length > 0 && { roundTrip: Math.round(Math.max(...trips) * 1000) }),
    relay: routes.find((route) => route?.relay)?.relay,
  };
}

function isBy(way: Way, { protocol, isRelayed }: Route): boolean {
  return way === "turn" ? isRelayed : !isRelayed && protocol === way;
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, signal).catch(() => {
    throw new MeloError("interrupted", "The test was stopped.");
  });
}
