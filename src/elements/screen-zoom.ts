/** How far a screen can be magnified, and by how much at a time. */
const MOST = 6;
const STEP = 1.4;
/** By how much of the tile an arrow key moves. */
const STRIDE = 0.12;

/**
 * Magnifies a shared screen inside its tile: by buttons, by + and −, by the wheel with Ctrl (which is what two fingers on a touch pad send); then it is moved by dragging and by the arrow keys.
 * Works on the video element alone, so that nothing is rendered anew while somebody moves it.
 */
export class ScreenZoom {
  readonly #video: () => HTMLVideoElement | null;
  readonly #changed: () => void;
  #scale = 1;
  /** In parts of the tile. */
  #x = 0;
  #y = 0;

  /** `changed` is called when {@link isZoomed} changes. */
  constructor(video: () => HTMLVideoElement | null, changed: () => void) {
    this.#video = video;
    this.#changed = changed;
  }

  get isZoomed(): boolean {
    return this.#scale > 1;
  }

  /** In steps: 1 is nearer, −1 farther. */
  by(steps: number): void {
    this.#set(this.#scale * STEP ** steps, this.#x, this.#y);
  }

  reset(): void {
    this.#set(1, 0, 0);
  }

  /** Whether the key was meant for it. */
  handleKey(event: KeyboardEvent): boolean {
    const act = { "+": () => this.by(1), "=": () => this.by(1), "-": () => this.by(-1), "0": () => this.reset() }[event.key];
    if (act) act();
    else if (!this.isZoomed) return false;
    else if (event.key === "Escape") this.reset();
    else if (event.key === "ArrowLeft") this.#move(STRIDE, 0);
    else if (event.key === "ArrowRight") this.#move(-STRIDE, 0);
    else if (event.key === "ArrowUp") this.#move(0, STRIDE);
    else if (event.key === "ArrowDown") this.#move(0, -STRIDE);
    else return false;
    return true;
  }

  handleWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    this.by(event.deltaY < 0 ? 0.5 : -0.5);
  };

  handlePointerDown = (event: PointerEvent): void => {
    const video = this.#video();
    if (!video || !this.isZoomed || event.button !== 0) return;
    video.setPointerCapture(event.pointerId);
    const ended = new AbortController();
    const { clientWidth: width, clientHeight: height } = video;
    let [x, y] = [event.clientX, event.clientY];
    const move = (next: PointerEvent): void => {
      this.#move((next.clientX - x) / width, (next.clientY - y) / height);
      [x, y] = [next.clientX, next.clientY];
    };
    video.addEventListener("pointermove", move, { signal: ended.signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
      video.addEventListener(end, () => ended.abort(), { signal: ended.signal });
  };

  #move(x: number, y: number): void {
    this.#set(this.#scale, this.#x + x, this.#y + y);
  }

  #set(scale: number, x: number, y: number): void {
    const was = this.isZoomed;
    this.#scale = Math.max(1, Math.min(MOST, scale));
    const most = (this.#scale - 1) / 2; // the picture's edge never leaves the tile's
    this.#x = Math.max(-most, Math.min(most, x));
    this.#y = Math.max(-most, Math.min(most, y));
    const video = this.#video();
    video?.style.setProperty("transform", this.isZoomed ? `translate(${this.#x * 100}%, ${this.#y * 100}%) scale(${this.#scale})` : "none");
    if (was !== this.isZoomed) this.#changed();
  }
}
