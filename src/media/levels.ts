/** How often a level is told, in ms. */
const INTERVAL = 50;

/** Calls `listener` with the level of a track's sound, 0 to 1, until the returned function is called. */
export function watchTrackLevel(track: MediaStreamTrack, listener: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    listener(loudness(samples));
  }, INTERVAL);
  void context.resume().catch(() => {});
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close().catch(() => {});
  };
}

/** Calls `listener` with the level that a receiver last got, 0 to 1. */
export function watchReceiverLevel(receiver: () => RTCRtpReceiver | undefined, listener: (level: number) => void): () => void {
  const timer = setInterval(() => {
    const [newest] = receiver()?.getSynchronizationSources() ?? [];
    const isFresh = newest !== undefined && performance.timeOrigin + performance.now() - newest.timestamp < 1_000;
    listener(isFresh ? Math.min(1, newest.audioLevel ?? 0) : 0);
  }, INTERVAL * 2);
  return () => clearInterval(timer);
}

/** Root mean square on a scale on which quiet speech is about 0.2 and loud speech near 1 (-60 to 0 dB). */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.max(0, Math.min(1, (decibels + 60) / 60));
}
