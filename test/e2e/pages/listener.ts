// Whoever has a valid token of the SFU and no keys: the SFU itself, or somebody in its place. It takes what it gets, looks at each frame, and plays it.

import { Room, RoomEvent } from "livekit-client";

/** What has come in on one track. */
export interface TrackFrames {
  /** Of the sender, at the SFU. */
  readonly identity: string;
  /** `microphone`, `camera`, `screen_share`, `screen_share_audio`. */
  readonly source: string;
  /** Id of the media stream track, as in the statistics of the connection. */
  readonly track: string;
  /** What the SFU says of it: 0 none, 1 GCM. */
  readonly declared: number;
  readonly frames: number;
  /** Those that end as an encrypted frame does. */
  readonly encrypted: number;
  /** Positions (the first is 0) of those that do not, and that the SFU has not made itself. */
  readonly clear: readonly number[];
  /** Made by the SFU, when a track is muted. */
  readonly madeBySfu: number;
  /** Indices of the keys, in the order in which they first came. */
  readonly keyIndices: readonly number[];
}

declare global {
  interface Window {
    readonly listener: {
      connect(url: string, token: string): Promise<void>;
      disconnect(): Promise<void>;
      frames(): readonly TrackFrames[];
      identities(): readonly string[];
    };
  }
}

interface Seen {
  frames: number;
  encrypted: number;
  clear: number[];
  madeBySfu: number;
  keyIndices: number[];
}

type Frame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;

const seen = new Map<string, Seen>();
const room = new Room({ adaptiveStream: false, dynacast: false });

window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
  construct(target, [configuration], newTarget) {
    const options = { ...(configuration as RTCConfiguration), encodedInsertableStreams: true };
    const connection = Reflect.construct(target, [options], newTarget) as RTCPeerConnection;
    const configure = connection.setConfiguration.bind(connection);
    connection.setConfiguration = (change) => configure({ ...change, encodedInsertableStreams: true } as RTCConfiguration);
    connection.addEventListener("track", ({ receiver }) => look(receiver));
    return connection;
  },
});

function look(receiver: RTCRtpReceiver): void {
  const { readable, writable } = (
    receiver as unknown as { createEncodedStreams(): { readable: ReadableStream<Frame>; writable: WritableStream<Frame> } }
  ).createEncodedStreams();
  const entry: Seen = { frames: 0, encrypted: 0, clear: [], madeBySfu: 0, keyIndices: [] };
  seen.set(receiver.track.id, entry);
  const spy = new TransformStream<Frame, Frame>({
    transform(frame, controller) {
      count(entry, new Uint8Array(frame.data));
      controller.enqueue(frame);
    },
  });
  void readable.pipeThrough(spy).pipeTo(writable);
}

function count(entry: Seen, bytes: Uint8Array): void {
  const position = entry.frames++;
  const mark = room.engine.latestJoinResponse?.sifTrailer;
  if (mark?.length && mark.every((byte, index) => byte === bytes[bytes.length - mark.length + index])) entry.madeBySfu++;
  else if (bytes.length > 14 && bytes.at(-2) === 12) {
    entry.encrypted++;
    const keyIndex = bytes.at(-1)!;
    if (!entry.keyIndices.includes(keyIndex)) entry.keyIndices.push(keyIndex);
  } else entry.clear.push(position);
}

room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));

Object.defineProperty(window, "listener", {
  value: {
    connect: (url: string, token: string) => room.connect(url, token),
    disconnect: () => room.disconnect(),
    identities: () => [...room.remoteParticipants.keys()],
    frames: () =>
      [...room.remoteParticipants.values()].flatMap(({ identity, trackPublications }) =>
        [...trackPublications.values()].flatMap(({ source, trackInfo, track }) => {
          const id = track?.mediaStreamTrack.id ?? "";
          const entry = seen.get(id);
          return entry ? [{ identity, source, track: id, declared: trackInfo?.encryption ?? 0, ...entry }] : [];
        }),
      ),
  } satisfies Window["listener"],
});
