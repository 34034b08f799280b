import { Room, RoomEvent, Track, type RemoteTrack } from "livekit-client";

import { login } from "./stored-events.js";
import type { DemoStack } from "./stack-info.js";

/** What has come in on one track, seen by somebody who has no key. */
export interface SfuTrack {
  readonly id: string;
  /** Of the sender: their Matrix address and device. */
  readonly identity: string;
  readonly kind: "sound" | "picture" | "screen";
  readonly frames: number;
  /** So many of them end as an encrypted frame does: with what its key's number and its nonce need. */
  readonly sealed: number;
  /** So many pictures could be made of them; for sound, nothing can be counted. */
  readonly decoded?: number;
  /** The beginning of the newest frame. */
  readonly newest: Uint8Array;
}

interface Counted {
  frames: number;
  sealed: number;
  newest: Uint8Array;
}

type Frame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;
type Streams = { readable: ReadableStream<Frame>; writable: WritableStream<Frame> };
/** So much of each frame is shown, in bytes. */
const SHOWN = 48;

/**
 * Stands where the SFU stands: with a valid access to the call, and without any key. Subscribes to everything, counts the frames, and has the browser try to decode them. By plain requests and
 * LiveKit's client, without melo.
 */
export class SfuFrames {
  readonly #room = new Room({ adaptiveStream: false, dynacast: false });
  readonly #counted = new Map<string, Counted>();
  readonly #players = new Map<string, HTMLMediaElement>();
  #logout?: () => void;

  /** `roomId`: whose call. `username`: whose account asks for the access. */
  async connect(stack: DemoStack, roomId: string, username: string): Promise<void> {
    const { homeserver, tokenService, users } = stack;
    const user = users.find((one) => one.username === username);
    if (!tokenService || !user) throw new Error("The demo runs without calls.");
    const access = await login({ homeserver, ...user }, "What the SFU sees");
    const headers = { authorization: `Bearer ${access.access_token}` };
    const call = (path: string): Promise<Response> =>
      fetch(`${homeserver}/_matrix/client/v3${path}`, { method: "POST", headers, body: "{}", keepalive: true });
    this.#logout = () => void call("/logout").catch(() => undefined);
    const openid = await (await call(`/user/${encodeURIComponent(access.user_id)}/openid/request_token`)).json();
    const answer = await fetch(`${tokenService}/sfu/get`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ room: roomId, openid_token: openid, device_id: access.device_id }),
    });
    if (!answer.ok) throw new Error(`The token service answers ${answer.status}`);
    const { url, jwt } = (await answer.json()) as { url: string; jwt: string };
    this.#room.on(RoomEvent.TrackSubscribed, (track) => this.#look(track)).on(RoomEvent.TrackUnsubscribed, (track) => this.#forget(track));
    await this.#room.connect(url, jwt, { rtcConfig: { encodedInsertableStreams: true } as RTCConfiguration });
  }

  async tracks(): Promise<readonly SfuTrack[]> {
    const all = [...this.#room.remoteParticipants.values()].flatMap(({ identity, trackPublications }) =>
      [...trackPublications.values()].map(async ({ source, trackSid, track }) => {
        const { frames, sealed, newest } = this.#counted.get(trackSid) ?? { frames: 0, sealed: 0, newest: new Uint8Array() };
        const kind = source === Track.Source.Camera ? "picture" : source === Track.Source.ScreenShare ? "screen" : "sound";
        const decoded = kind === "sound" ? undefined : await framesDecoded(track);
        return { id: trackSid, identity, kind, frames, sealed, decoded, newest } as const;
      }),
    );
    return Promise.all(all);
  }

  close(): void {
    void this.#room.disconnect();
    for (const player of this.#players.values()) player.remove();
    this.#logout?.();
    this.#logout = undefined;
  }

  #look(track: RemoteTrack): void {
    const { sid, receiver } = track;
    if (!sid || !receiver) return;
    const counted: Counted = { frames: 0, sealed: 0, newest: new Uint8Array() };
    this.#counted.set(sid, counted);
    const { readable, writable } = (receiver as unknown as { createEncodedStreams(): Streams }).createEncodedStreams();
    const count = new TransformStream<Frame, Frame>({
      transform(frame, controller) {
        const bytes = new Uint8Array(frame.data);
        counted.frames++;
        if (bytes.length > 14 && bytes.at(-2) === 12) counted.sealed++; // the length of the nonce stands before the key's number
        counted.newest = bytes.slice(0, SHOWN);
        controller.enqueue(frame);
      },
    });
    void readable
      .pipeThrough(count)
      .pipeTo(writable)
      .catch(() => undefined); // ends with the track
    const player = track.attach();
    player.muted = true; // what comes out of encrypted sound is loud noise
    player.hidden = true;
    document.body.append(player);
    this.#players.set(sid, player);
  }

  #forget(track: RemoteTrack): void {
    for (const player of track.detach()) player.remove();
    if (track.sid) this.#counted.delete(track.sid);
  }
}

async function framesDecoded(track: RemoteTrack | undefined | { readonly kind: string }): Promise<number> {
  const report = await (track as RemoteTrack | undefined)?.receiver?.getStats();
  let decoded = 0;
  report?.forEach((entry: { readonly type: string; readonly framesDecoded?: number }) => {
    if (entry.type === "inbound-rtp") decoded += entry.framesDecoded ?? 0;
  });
  return decoded;
}
