/** The frames that a sender handed to the network after all transforms. */
export interface SentFrames {
  readonly kind: string;
  readonly frames: number;
  /** Those that end as an encrypted frame does: length of the IV (12), index of the key. */
  readonly encrypted: number;
  /** Those without a single byte, as a silent microphone makes them: nothing to encrypt, and nothing to hear. */
  readonly empty: number;
  /** Lengths and positions (the first is 0) of all others. */
  readonly clear: readonly { readonly at: number; readonly bytes: number }[];
  /** Indices of the keys, in the order in which they first came. */
  readonly keyIndices: readonly number[];
}

declare global {
  interface Window {
    /** One entry for each sender that was ever given a transform, oldest first. */
    readonly e2eSentFrames: readonly SentFrames[];
  }
}

/**
 * Runs in a page before its own code (`addInitScript`). Stands between the transform of a sender and the network: what a library writes back after encrypting passes here, and is looked at.
 * Frames that pass no transform are not seen; compare the count with what the connection says it sent.
 */
export function installOutgoingFrames(): void {
  const all: {
    kind: string;
    frames: number;
    encrypted: number;
    empty: number;
    clear: { at: number; bytes: number }[];
    keyIndices: number[];
  }[] = [];
  Object.defineProperty(window, "e2eSentFrames", { value: all });
  type Frame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;
  interface Streams {
    readonly readable: ReadableStream<Frame>;
    readonly writable: WritableStream<Frame>;
  }
  const prototype = RTCRtpSender.prototype as unknown as { createEncodedStreams?(): Streams };
  const original = prototype.createEncodedStreams;
  if (!original) return;
  prototype.createEncodedStreams = function (this: RTCRtpSender): Streams {
    const { readable, writable } = original.call(this);
    const seen = {
      kind: this.track?.kind ?? "",
      frames: 0,
      encrypted: 0,
      empty: 0,
      clear: [] as { at: number; bytes: number }[],
      keyIndices: [] as number[],
    };
    all.push(seen);
    const spy = new TransformStream<Frame, Frame>({
      transform(frame, controller) {
        const bytes = new Uint8Array(frame.data);
        if (bytes.at(-2) === 12 && bytes.length > 14) {
          seen.encrypted++;
          const keyIndex = bytes.at(-1)!;
          if (!seen.keyIndices.includes(keyIndex)) seen.keyIndices.push(keyIndex);
        } else if (bytes.length === 0) seen.empty++;
        else seen.clear.push({ at: seen.frames, bytes: bytes.length });
        seen.frames++;
        controller.enqueue(frame);
      },
    });
    void spy.readable.pipeTo(writable);
    return { readable, writable: spy.writable };
  };
}
