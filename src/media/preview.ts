import type { Track } from "livekit-client";

import type { CallSettings, CallsState } from "./calls-state.js";
import { Capture } from "./capture.js";
import type { Devices } from "./devices.js";

/** Names the own picture and sound before joining. */
export const PREVIEW = "preview";

/** Own picture and sound before joining: captured, and sent nowhere. */
export class Preview {
  readonly microphone: Capture;
  readonly camera: Capture;

  constructor(devices: Devices, settings: () => CallSettings, onChange: () => void) {
    const capture = (kind: "microphone" | "camera") => new Capture({ kind, device: () => devices.current(kind), settings, onChange });
    this.microphone = capture("microphone");
    this.camera = capture("camera");
  }

  get state(): NonNullable<CallsState["preview"]> {
    return {
      camera: this.camera.source,
      microphone: this.microphone.source,
      ...(this.camera.isLive && { cameraTrack: PREVIEW }),
    };
  }

  get picture(): Track | undefined {
    return this.camera.isLive ? this.camera.track : undefined;
  }

  /** What cannot be had is told by the state. */
  async show({ microphone, camera }: { readonly microphone: boolean; readonly camera: boolean }): Promise<void> {
    await Promise.allSettled([this.microphone.set(microphone), this.camera.set(camera)]);
  }

  async end(): Promise<void> {
    await Promise.allSettled([this.microphone.end(), this.camera.end()]);
  }
}
