import { Track, VideoPresets, type TrackPublishOptions } from "livekit-client";

/** As Element Call sends: VP8 and no RED, since only these go through an SFU encrypted with all browsers. */
const COMMON: TrackPublishOptions = { videoCodec: "vp8", backupCodec: false, red: false, dtx: true, stopMicTrackOnMute: false };
export const MICROPHONE_OPTIONS: TrackPublishOptions = { ...COMMON, source: Track.Source.Microphone };
export const CAMERA_OPTIONS: TrackPublishOptions = {
  ...COMMON,
  source: Track.Source.Camera,
  simulcast: true,
  videoEncoding: { maxBitrate: 1_700_000, maxFramerate: 30 },
  videoSimulcastLayers: [VideoPresets.h180, VideoPresets.h360],
};
export const SCREEN_OPTIONS: TrackPublishOptions = {
  ...COMMON,
  source: Track.Source.ScreenShare,
  simulcast: true,
  screenShareEncoding: { maxBitrate: 5_000_000, maxFramerate: 30 },
};
export const SCREEN_AUDIO_OPTIONS: TrackPublishOptions = { ...COMMON, dtx: false, source: Track.Source.ScreenShareAudio };
