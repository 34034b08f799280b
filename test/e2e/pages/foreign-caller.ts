// A caller that shares no code with melo: matrix-js-sdk and livekit-client alone. It can also be told to do what no honest client does.

import { Room, RoomEvent, Track } from "livekit-client";
import EncryptionWorker from "livekit-client/e2ee-worker?worker";
import type { MatrixClient } from "matrix-js-sdk";
import { MatrixRTCSessionEvent, type MatrixRTCSession } from "matrix-js-sdk/lib/matrixrtc/index.js";

import { ForeignKeys } from "./foreign-keys.ts";
import { createCallRoom, joinInvited, startPlainClient, type DeviceLogin } from "./plain-client.ts";

export interface ForeignJoin {
  readonly roomId: string;
  readonly microphone?: boolean;
  readonly camera?: boolean;
  /** Default `encrypted`. */
  readonly media?: "encrypted" | "clear";
  /** What the SFU is told of the tracks, if it is not the truth: 0 none, 1 GCM. */
  readonly declared?: 0 | 1;
  /** Default true. Without, the SFU has a participant that Matrix does not know. */
  readonly membership?: boolean;
  /** Encrypts with this key of 16 bytes and sends no keys by itself. Otherwise the SDK makes and sends them. */
  readonly ownKey?: { readonly key: readonly number[]; readonly index: number };
  /** Published in the membership. */
  readonly applicationData?: Record<string, unknown>;
}

/** A key as a dishonest client sends it. */
export interface SentKey {
  readonly roomId: string;
  readonly to: { readonly userId: string; readonly deviceId: string };
  /** Whose key it says it is. */
  readonly claim: { readonly memberId: string; readonly deviceId: string };
  readonly key: readonly number[];
  readonly index: number;
  /** False: in clear text. */
  readonly encrypted: boolean;
}

export interface ForeignState {
  readonly members: readonly { userId: string; deviceId: string; data: Record<string, unknown> }[];
  readonly participants: readonly {
    identity: string;
    tracks: readonly { source: string; muted: boolean; encrypted: boolean }[];
  }[];
  readonly keyIndices: Record<string, number[]>;
  readonly errors: readonly string[];
}

export interface ForeignCaller {
  start(login: DeviceLogin): Promise<void>;
  createRoom(name: string, invite: readonly string[], encrypted?: boolean): Promise<string>;
  joinRoom(roomId: string): Promise<void>;
  join(options: ForeignJoin): Promise<void>;
  /** With `keepMedia` it stays at the SFU, as a client does that wants to go on listening. */
  leave(keepMedia?: boolean): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  setScreenShare(on: boolean): Promise<void>;
  raiseHand(): Promise<string>;
  redact(eventId: string): Promise<void>;
  sendKey(key: SentKey): Promise<void>;
  state(): ForeignState;
  /** Contents of the reactions to memberships that came in the room. */
  reactions(): readonly { sender: string; type: string; content: Record<string, unknown> }[];
}

declare global {
  interface Window {
    readonly foreignCaller: ForeignCaller;
  }
}

let client: MatrixClient;
let session: MatrixRTCSession | undefined;
let media: Room | undefined;
let roomId = "";
let keys = new ForeignKeys();
const errors: string[] = [];

async function access(): Promise<{ service: string; url: string; jwt: string }> {
  const [transport] = await client._unstable_getRTCTransports();
  const service = String((transport as { livekit_service_url?: string } | undefined)?.livekit_service_url);
  const body = JSON.stringify({ room: roomId, openid_token: await client.getOpenIdToken(), device_id: client.getDeviceId() });
  const answer = await fetch(`${service}/sfu/get`, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return { service, ...((await answer.json()) as { url: string; jwt: string }) };
}

async function join(options: ForeignJoin): Promise<void> {
  const { microphone = true, camera = true, membership = true, ownKey, applicationData } = options;
  roomId = options.roomId;
  keys = new ForeignKeys();
  const encrypted = options.media !== "clear";
  const userId = client.getUserId()!;
  const deviceId = client.getDeviceId()!;
  session = client.matrixRTC.getRoomSession(client.getRoom(roomId)!);
  await session.initialMembershipCalculated;
  session.on(MatrixRTCSessionEvent.EncryptionKeyChanged, (key, index, _member, identity) => void keys.set(key, index, identity));
  media = makeRoom(encrypted);
  if (encrypted) await media.setE2EEEnabled(true);
  if (options.declared !== undefined) declare(media, options.declared);
  const { service, url, jwt } = await access();
  if (membership) {
    const transport = { type: "livekit", livekit_service_url: service, livekit_alias: roomId };
    session.joinRTCSession({ userId, deviceId, memberId: `${userId}:${deviceId}` }, [], transport, {
      manageMediaKeys: encrypted && !ownKey,
      callIntent: "video",
      delayedLeaveEventDelayMs: 18_000, // as Element Call: a page that gets little of the processor has not left
      delayedLeaveEventRestartMs: 4_000,
      applicationData,
    });
  }
  session.reemitEncryptionKeys();
  await media.connect(url, jwt);
  if (ownKey) await keys.set(Uint8Array.from(ownKey.key), ownKey.index, media.localParticipant.identity);
  if (microphone) await media.localParticipant.setMicrophoneEnabled(true);
  if (camera) await media.localParticipant.setCameraEnabled(true);
}

function makeRoom(encrypted: boolean): Room {
  const made = new Room({
    adaptiveStream: false,
    dynacast: false,
    publishDefaults: { videoCodec: "vp8", red: false, simulcast: false, dtx: true },
    ...(encrypted ? { e2ee: { keyProvider: keys, worker: new EncryptionWorker() } } : {}),
  });
  made.on(RoomEvent.TrackSubscribed, (track, _publication, { identity }) => {
    const element = track.attach();
    element.dataset["of"] = `${identity} ${track.source}`;
    document.body.append(element);
  });
  made.on(RoomEvent.TrackUnsubscribed, (track) => track.detach().forEach((element) => element.remove()));
  made.on(RoomEvent.EncryptionError, (error) => errors.push(error.message));
  return made;
}

/** Tells the SFU something else about the tracks than what they are. */
function declare(room: Room, encryption: 0 | 1): void {
  const add = room.engine.addTrack.bind(room.engine);
  room.engine.addTrack = (request) => add(Object.assign(request, { encryption }));
}

async function sendKey({ roomId: room, to, claim, key, index, encrypted }: SentKey): Promise<void> {
  const content = {
    keys: { index, key: btoa(String.fromCharCode(...key)).replace(/=+$/, "") },
    room_id: room,
    member: { id: claim.memberId, claimed_device_id: claim.deviceId },
    session: { call_id: "", application: "m.call", scope: "m.room" },
    sent_ts: Date.now(),
  };
  const type = "io.element.call.encryption_keys";
  if (!encrypted) return void (await client.sendToDevice(type, new Map([[to.userId, new Map([[to.deviceId, content]])]])));
  await client.getCrypto()!.getUserDeviceInfo([to.userId], true);
  await client.encryptAndSendToDevice(type, [to], content);
}

const caller: ForeignCaller = {
  async start(login) {
    client = await startPlainClient(login);
  },
  createRoom: (name, invite, encrypted) => createCallRoom(client, name, invite, encrypted),
  async joinRoom(id) {
    await joinInvited(client, id);
  },
  join,
  async leave(keepMedia = false) {
    if (session?.isJoined()) await session.leaveRoomSession(5_000);
    if (keepMedia) return;
    await media?.disconnect();
    media = undefined;
  },
  async setMicrophone(on) {
    await media!.localParticipant.setMicrophoneEnabled(on);
  },
  async setCamera(on) {
    await media!.localParticipant.setCameraEnabled(on);
  },
  async setScreenShare(on) {
    await media!.localParticipant.setScreenShareEnabled(on);
  },
  async raiseHand() {
    const own = session!.memberships.find(({ userId, deviceId }) => userId === client.getUserId() && deviceId === client.getDeviceId())!;
    const relation = { rel_type: "m.annotation", event_id: own.eventId, key: "🖐️" };
    const { event_id } = await client.sendEvent(roomId, "m.reaction" as never, { "m.relates_to": relation } as never);
    return event_id;
  },
  async redact(eventId) {
    await client.redactEvent(roomId, eventId);
  },
  sendKey,
  state: () => ({
    members: (session?.memberships ?? []).map(({ userId, deviceId, applicationData }) => ({
      userId: userId ?? "",
      deviceId,
      data: { ...applicationData },
    })),
    participants: [...(media?.remoteParticipants.values() ?? [])].map(({ identity, trackPublications }) => ({
      identity,
      tracks: [...trackPublications.values()].map(({ source, isMuted, isEncrypted }) => ({
        source: source === Track.Source.ScreenShare ? "screen" : source,
        muted: isMuted,
        encrypted: isEncrypted,
      })),
    })),
    keyIndices: keys.indices,
    errors,
  }),
  reactions: () =>
    client
      .getRoom(roomId)!
      .getLiveTimeline()
      .getEvents()
      .filter((event) => ["m.reaction", "io.element.call.reaction"].includes(event.getType()))
      .map((event) => ({ sender: event.getSender() ?? "", type: event.getType(), content: event.getContent() })),
};
Object.defineProperty(window, "foreignCaller", { value: caller });
