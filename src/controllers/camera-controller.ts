import type { ReactiveController, ReactiveControllerHost } from "lit";

/** `unsupported`: the page is not served securely, or the browser has no cameras at all. */
export type CameraStatus = "off" | "asking" | "on" | "denied" | "none" | "busy" | "unsupported";

/** The camera for its host: asked for by `start`, given back by `stop` and whenever the host leaves the page. */
export class CameraController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #status: CameraStatus = "off";
  #stream?: MediaStream;
  #attempt = 0;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get status(): CameraStatus {
    return this.#status;
  }

  /** What it sees, with `on`. */
  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  async start(): Promise<void> {
    const attempt = ++this.#attempt;
    if (typeof navigator.mediaDevices?.getUserMedia !== "function") return this.#set("unsupported");
    this.#set("asking");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      if (attempt !== this.#attempt) return end(stream); // stopped while the visitor was asked
      stream.getVideoTracks()[0]?.addEventListener("ended", () => this.#set("busy"), { once: true });
      this.#stream = stream;
      this.#set("on");
    } catch (error) {
      if (attempt === this.#attempt) this.#set(statusOf(error));
    }
  }

  stop(): void {
    this.#attempt++;
    if (this.#stream) end(this.#stream);
    this.#stream = undefined;
    this.#set("off");
  }

  hostDisconnected(): void {
    this.stop();
  }

  #set(status: CameraStatus): void {
    this.#status = status;
    this.#host.requestUpdate();
  }
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Media Capture and Streams, `getUserMedia()`. */
function statusOf(error: unknown): CameraStatus {
  switch ((error as Error | undefined)?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "unsupported";
  }
}
