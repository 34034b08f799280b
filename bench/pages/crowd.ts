// The others of a measured call: each a connection of its own to the SFU, with a small moving picture, encrypted with a key of its own. The bare LiveKit client.

import { BaseKeyProvider, Room, VideoPresets } from "livekit-client";
import EncryptionWorker from "livekit-client/e2ee-worker?worker";

import { benchKey, benchMember } from "../call-people.js";

declare global {
  interface Window {
    /** Connects one of them and publishes. */
    enter(index: number, url: string, token: string): Promise<void>;
  }
}

class OneKey extends BaseKeyProvider {
  async set(index: number): Promise<void> {
    const material = await crypto.subtle.importKey("raw", benchKey(index), "HKDF", false, ["deriveBits", "deriveKey"]);
    this.onSetEncryptionKey(material, benchMember(index).identity, 0);
  }
}

const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = [160, 100];
const context = canvas.getContext("2d")!;
setInterval(() => {
  context.fillStyle = `oklch(0.6 0.1 ${(Date.now() / 40) % 360})`;
  context.fillRect(0, 0, 160, 100);
}, 200);
const [picture] = canvas.captureStream(5).getVideoTracks();

window.enter = async (index, url, token) => {
  const keyProvider = new OneKey({ ratchetWindowSize: 10, keyringSize: 256 });
  const room = new Room({ adaptiveStream: false, dynacast: false, encryption: { keyProvider, worker: new EncryptionWorker() } });
  await keyProvider.set(index);
  await room.setE2EEEnabled(true);
  await room.connect(url, token, { autoSubscribe: false });
  await room.localParticipant.publishTrack(picture!.clone(), {
    ...{ source: "camera" as never, videoCodec: "vp8", simulcast: false, backupCodec: false },
    videoEncoding: { ...VideoPresets.h90.encoding, maxFramerate: 5, maxBitrate: 60_000 },
  });
};
