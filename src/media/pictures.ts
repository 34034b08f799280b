import type { Track } from "livekit-client";

interface Wish {
  readonly id: string;
  readonly element: HTMLVideoElement;
  shown?: Track;
}

/**
 * Which video elements show what. A wish lasts for as long as its element wants it: the picture comes when it is there and may be shown, goes when it is blocked, and comes again after the
 * connection was made anew. LiveKit looks how large the element is, and whether it is seen at all: what is not seen is not sent.
 */
export class Pictures {
  readonly #wishes = new Set<Wish>();
  readonly #find: (id: string) => Track | undefined;

  constructor(find: (id: string) => Track | undefined) {
    this.#find = find;
  }

  attach(id: string, element: HTMLVideoElement): () => void {
    const wish: Wish = { id, element };
    element.muted = true; // sound never comes from here
    element.playsInline = true;
    element.autoplay = true;
    this.#wishes.add(wish);
    this.#fulfil(wish);
    return () => {
      this.#wishes.delete(wish);
      this.#show(wish, undefined);
    };
  }

  /** Something may have come or gone. */
  update(): void {
    for (const wish of this.#wishes) this.#fulfil(wish);
  }

  #fulfil(wish: Wish): void {
    this.#show(wish, this.#find(wish.id));
  }

  #show(wish: Wish, track: Track | undefined): void {
    if (wish.shown === track) return;
    wish.shown?.detach(wish.element);
    wish.shown = track;
    if (track) track.attach(wish.element);
    else wish.element.srcObject = null;
  }
}
