// A camera and a microphone made by the page, so that several people can be in a call on one screen: real ones would hear and see each other twice, and not every machine has them.

/** Puts a made-up camera and microphone in the place of the browser's, for this document. `hue` in degrees, `tone` in Hz: what tells one person from another. */
export function makeUpDevices({ hue, tone }: { readonly hue: number; readonly tone: number }): void {
  const { mediaDevices } = navigator;
  mediaDevices.getUserMedia = async ({ audio, video } = {}) => {
    const stream = new MediaStream();
    if (video) for (const track of camera(hue).getTracks()) stream.addTrack(track);
    if (audio) for (const track of microphone(tone).getTracks()) stream.addTrack(track);
    return stream;
  };
  mediaDevices.enumerateDevices = async () => [device("audioinput", "Made-up microphone"), device("videoinput", "Made-up camera")];
}

function device(kind: MediaDeviceKind, label: string): MediaDeviceInfo {
  const described = { deviceId: "default", groupId: "made-up", kind, label };
  return { ...described, toJSON: () => described };
}

/** Somebody who nods, with the time on the wall. */
function camera(hue: number): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 400];
  const context = canvas.getContext("2d")!;
  const stream = canvas.captureStream(15);
  const draw = (): void => {
    const sway = Math.sin(Date.now() / 600) * 12;
    context.fillStyle = `oklch(0.5 0.06 ${hue})`;
    context.fillRect(0, 0, 640, 400);
    context.fillStyle = `oklch(0.32 0.05 ${hue + 60})`;
    oval(context, 320 + sway / 2, 430, 200, 180);
    context.fillStyle = `oklch(0.76 0.07 ${hue + 20})`;
    oval(context, 320 + sway, 180, 78, 96);
    context.fillStyle = "oklch(0.97 0 0)";
    context.font = "22px system-ui, sans-serif";
    context.fillText(new Date().toLocaleTimeString(), 16, 36);
    if (stream.getVideoTracks()[0]?.readyState === "live") setTimeout(draw, 66);
  };
  draw();
  return stream;
}

function oval(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.ellipse(x, y, width, height, 0, 0, Math.PI * 2);
  context.fill();
}

/** Two soft tones, every four seconds: one hears who it is, and can bear it. */
function microphone(tone: number): MediaStream {
  const context = new AudioContext();
  void context.resume().catch(() => undefined);
  const out = context.createMediaStreamDestination();
  const volume = new GainNode(context, { gain: 0 });
  const source = new OscillatorNode(context, { frequency: tone });
  source.connect(volume).connect(out);
  source.start();
  const timer = setInterval(() => {
    if (out.stream.getAudioTracks()[0]?.readyState !== "live") {
      clearInterval(timer);
      void context.close();
      return;
    }
    for (const at of [0, 0.5]) {
      const begin = context.currentTime + at;
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(0.08, begin + 0.05);
      volume.gain.linearRampToValueAtTime(0, begin + 0.4);
    }
  }, 4000);
  return out.stream;
}
