import { MeloError, type MeloErrorCode } from "../internal/errors.js";
import { within } from "../internal/time-limit.js";
import type { CallTestRun, Steps } from "./call-test.js";
import type { CallTestFigures, CallTestFinding, CallTestReason, CallTestStep, CallTestVerdict } from "./call-test-state.js";
import { captureError } from "./capture.js";
import { FrameEncryption } from "./frame-encryption.js";
import { greet, loopback, type LoopbackResult, type Way } from "./loopback.js";
import type { SfuAccess } from "./room-call-state.js";
import { echoIn, isEcho, listenFor, listenForEcho, VOICE } from "./sound-test.js";

type Finding = Omit<CallTestFinding, "step">;

const WORKER_WITHIN = 10_000;
/** From here on people notice, and from the second on it is hard to talk. Loss is a share, times are in ms. */
const LIMITS = { loss: [0.02, 0.1], roundTrip: [300, 800], jitter: [40, 150] } as const;

/** The steps of one run, with what they hand on to each other. */
export function createSteps(): Steps {
  return new LiveSteps();
}

class LiveSteps implements Steps {
  #microphone?: MediaStreamTrack;
  #access?: readonly [SfuAccess, SfuAccess];
  #offersRelay = false;
  readonly #ways = new Map<Way, LoopbackResult>();

  browser = async (): Promise<Finding> => {
    if (!isSecureContext) return finding("wrong", "not-secure");
    if (!("RTCPeerConnection" in globalThis) || !navigator.mediaDevices) return finding("wrong", "no-webrtc");
    const encrypts = "RTCRtpScriptTransform" in globalThis || "createEncodedStreams" in RTCRtpSender.prototype;
    return encrypts ? finding("well") : finding("wrong", "no-frame-encryption");
  };

  devices = async (run: CallTestRun): Promise<Finding> => {
    if (failed(run, "browser")) return needsOther();
    await run.calls.refreshDevices().catch(() => {}); // the chosen ones are loaded with it
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const count = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && !ALIASES.has(device.deviceId)).length;
    const figures = { microphones: count("audioinput"), cameras: count("videoinput"), speakers: count("audiooutput") };
    if (figures.microphones === 0) return finding("wrong", "no-microphone", figures);
    return figures.cameras === 0 ? finding("attention", "no-camera", figures) : finding("well", "well", figures);
  };

  permission = async (run: CallTestRun): Promise<Finding> => {
    if (run.isInCall) return inCall();
    if (failed(run, "browser") || failed(run, "devices")) return needsOther();
    const { devices, settings } = run.calls.state;
    const { echoCancellation, noiseSuppression, autoGainControl } = settings;
    try {
      this.#microphone = await capture(run, "audio", devices.microphone, { echoCancellation, noiseSuppression, autoGainControl });
    } catch (error) {
      return denied("microphone", error);
    }
    const hasCamera = run.findings.some(({ step, reason }) => step === "devices" && reason !== "no-camera");
    if (!hasCamera) return finding("well");
    try {
      (await capture(run, "video", devices.camera)).stop();
    } catch (error) {
      return denied("camera", error);
    }
    return finding("well");
  };

  level = async (run: CallTestRun): Promise<Finding> => {
    if (run.isInCall) return inCall();
    if (!this.#microphone) return needsOther();
    const { level, isDead } = await listenFor(this.#microphone, run.showLevel, run.signal).finally(() => run.showLevel(undefined));
    if (isDead) return finding("wrong", "dead");
    const figures = { level: Math.round(level * 100) / 100 };
    return level < VOICE ? finding("attention", "quiet", figures) : finding("well", "well", figures);
  };

  echo = async (run: CallTestRun): Promise<Finding> => {
    if (run.isInCall) return inCall();
    if (!this.#microphone || failed(run, "level")) return needsOther();
    const echo = echoIn(await listenForEcho(this.#microphone, run.calls.state.devices.speaker, run.signal));
    this.#microphone.stop();
    return isEcho(echo) ? finding("attention", "echo", { echo }) : finding("well", "well", { echo });
  };

  encryption = async (run: CallTestRun): Promise<Finding> => {
    this.#microphone?.stop();
    if (failed(run, "browser")) return needsOther();
    try {
      await workerStarts(run.signal);
      return finding("well");
    } catch (error) {
      if (run.signal.aborted) throw error;
      return finding("wrong", "no-worker");
    }
  };

  service = async (run: CallTestRun): Promise<Finding> => {
    try {
      this.#access = await run.access(run.options.room);
      return finding("well");
    } catch (error) {
      const { code } = MeloError.from(error);
      if (code === "room-not-found" && run.options.room === undefined) return finding("impossible", "no-room");
      if (code === "unsupported") return finding("impossible", "no-tests");
      return { ...finding("wrong", "refused"), error: code };
    }
  };

  sfu = async (run: CallTestRun): Promise<Finding> => {
    if (!this.#access || failed(run, "browser") || failed(run, "encryption")) return needsOther();
    try {
      const { offersRelay, connected } = await greet(this.#access[0], run.signal);
      this.#offersRelay = offersRelay;
      return finding("well", "well", { connected });
    } catch (error) {
      if (run.signal.aborted) throw error;
      return { ...finding("wrong", "unreachable"), error: MeloError.from(error).code };
    }
  };

  udp = (run: CallTestRun): Promise<Finding> => this.#try(run, "udp");
  tcp = (run: CallTestRun): Promise<Finding> => this.#try(run, "tcp");
  turn = (run: CallTestRun): Promise<Finding> => this.#try(run, "turn");

  loss = async (run: CallTestRun): Promise<Finding> => {
    if (run.isInCall) return inCall();
    if (this.#ways.size === 0) return needsOther();
    const [way, best] = [...this.#ways].find(([, { outcome }]) => outcome === "well") ?? [];
    if (!way || !best) {
      const mayNot = [...this.#ways.values()].some(({ outcome }) => outcome === "may-not-publish");
      return mayNot ? needsOther() : finding("wrong", "no-way");
    }
    return { ...quality(best), figures: { ...figuresOf(best), way } };
  };

  end = (): void => {
    this.#microphone?.stop();
    this.#access = undefined;
  };

  async #try(run: CallTestRun, way: Way): Promise<Finding> {
    if (run.isInCall) return inCall();
    if (!this.#access || run.findings.some(({ step, verdict }) => step === "sfu" && verdict !== "well")) return needsOther();
    if (way === "turn" && !this.#offersRelay) return finding("impossible", "not-offered");
    let result: LoopbackResult;
    try {
      result = await loopback({ access: this.#access, way, signal: run.signal });
    } catch (error) {
      if (run.signal.aborted) throw error;
      return { ...finding("wrong", "unreachable"), error: MeloError.from(error).code };
    }
    this.#ways.set(way, result);
    const { outcome } = result;
    const figures = figuresOf(result);
    if (outcome === "well") return finding("well", "well", figures);
    if (outcome === "may-not-publish" || outcome === "not-offered") return finding("impossible", outcome);
    if (outcome === "silent") return finding("wrong", "silent", figures);
    // Calls take another way then, worse than UDP and just as good where it is not UDP that is missing.
    const hasOther = way === "udp" || [...this.#ways.values()].some((other) => other.outcome === "well");
    return finding(hasOther ? "attention" : "wrong", "blocked");
  }
}

/** Other names of devices that are listed under their own as well. */
const ALIASES: ReadonlySet<string> = new Set(["default", "communications"]);

function finding(verdict: CallTestVerdict, reason: CallTestReason = "well", figures?: CallTestFigures): Finding {
  return { verdict, reason, ...(figures && { figures }) };
}

const inCall = (): Finding => finding("impossible", "in-call");
const needsOther = (): Finding => finding("impossible", "needs-other");

function failed({ findings }: CallTestRun, wanted: CallTestStep): boolean {
  return findings.some(({ step, verdict, reason }) => step === wanted && (verdict === "wrong" || reason === "needs-other"));
}

/** The track of the chosen device, or of another one if that is not there. Stopped at once if the visitor has stopped the test while the browser asked. */
async function capture(
  { signal }: CallTestRun,
  kind: "audio" | "video",
  device: string,
  constraints: MediaTrackConstraints = {},
): Promise<MediaStreamTrack> {
  const ask = (more: MediaTrackConstraints): Promise<MediaStream> =>
    navigator.mediaDevices.getUserMedia({ [kind]: { ...constraints, ...more } });
  const isGone = (error: unknown): boolean => error instanceof Error && ["OverconstrainedError", "NotFoundError"].includes(error.name);
  const stream =
    device === "default"
      ? await ask({})
      : await ask({ deviceId: { exact: device } }).catch((error: unknown) => {
          if (isGone(error) && !signal.aborted) return ask({});
          throw error;
        });
  const track = stream.getTracks()[0]!;
  signal.addEventListener("abort", () => track.stop(), { once: true });
  if (signal.aborted) track.stop();
  return track;
}

const CAPTURE_REASONS: Partial<Record<MeloErrorCode, CallTestReason>> = {
  "microphone-missing": "no-microphone",
  "microphone-denied": "microphone-denied",
  "microphone-busy": "microphone-busy",
  "camera-missing": "no-camera",
  "camera-denied": "camera-denied",
  "camera-busy": "camera-busy",
};

function denied(kind: "microphone" | "camera", error: unknown): Finding {
  const { code } = captureError(kind, error);
  const reason = CAPTURE_REASONS[code];
  const verdict = kind === "microphone" ? "wrong" : "attention";
  return reason ? finding(verdict, reason) : { ...finding(verdict, "failed"), error: code };
}

/** The worker is there and answers, as LiveKit asks it at the start of each call. */
async function workerStarts(signal: AbortSignal): Promise<void> {
  const encryption = new FrameEncryption();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(new MeloError("interrupted", "The test was stopped."));
  signal.addEventListener("abort", stop, { once: true });
  try {
    encryption.onFailure = (message) => reject(new MeloError("call-encryption-failed", message));
    encryption.worker.addEventListener(
      "message",
      ({ data }: MessageEvent<{ kind?: string }>) => void (data.kind === "initAck" && resolve()),
    );
    encryption.worker.postMessage({ kind: "init", data: { keyProviderOptions: encryption.provider.getOptions(), loglevel: "error" } });
    await within(WORKER_WITHIN, promise, () => new MeloError("call-encryption-failed", "The worker does not answer."));
  } finally {
    signal.removeEventListener("abort", stop);
    encryption[Symbol.dispose]();
  }
}

function figuresOf({ connected, loss, roundTrip, jitter, relay }: LoopbackResult): CallTestFigures {
  const known = { connected, loss: loss === undefined ? undefined : Math.round(loss * 1000) / 1000, roundTrip, jitter, relay };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

const COMPLAINTS = { loss: "lossy", roundTrip: "slow", jitter: "uneven" } as const;

/** What people will notice of a connection with these figures. */
export function quality(figures: Pick<LoopbackResult, "loss" | "roundTrip" | "jitter">): Finding {
  for (const severity of [1, 0] as const)
    for (const name of ["loss", "roundTrip", "jitter"] as const)
      if ((figures[name] ?? 0) >= LIMITS[name][severity]) return finding(severity === 1 ? "wrong" : "attention", COMPLAINTS[name]);
  return finding("well");
}
