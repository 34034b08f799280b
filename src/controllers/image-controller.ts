import type { ReactiveController, ReactiveElement } from "lit";

import type { Media } from "../matrix/media.js";

/** How many images that nobody shows any more are kept, so that scrolling back does not fetch them again. */
const KEPT_UNUSED = 64;

/** One image of a homeserver, shared by everyone who shows it. */
interface Image {
  /** The object URL; `undefined` if the image cannot be had. */
  readonly load: Promise<string | undefined>;
  users: number;
}

/** By session, then by address and size; the least recently released ones first. */
const images = new WeakMap<Media, Map<string, Image>>();

/**
 * Gives its host the object URL of an image on the homeserver, once the host has come near the visible part of the page. Ends it when nobody shows it any
 * more. Without an image, or when it cannot be had, `url` stays `undefined`: the host shows something else.
 *
 * ```ts
 * #image = new ImageController(this, () => ({ media: this.#session.value?.media, uri: this.src, size: 36 }));
 * render() { return this.#image.url ? html`<img src=${this.#image.url} alt="" />` : initials(); }
 * ```
 */
export class ImageController implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #wanted: () => { media?: Media; uri?: string; size: number };
  #near = false;
  #url?: string;
  #shown?: { media: Media; key: string; image: Image };

  constructor(host: ReactiveElement, wanted: () => { media?: Media; uri?: string; size: number }) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  get url(): string | undefined {
    return this.#url;
  }

  hostConnected(): void {
    whenNear(this.#host, this.#handleNear);
  }

  hostUpdate(): void {
    const { media, uri, size } = this.#wanted();
    const key = `${uri} ${size}`;
    if (this.#shown && this.#shown.media === media && this.#shown.key === key) return;
    this.#release();
    if (this.#near && media && uri) void this.#show(media, uri, size, key);
  }

  hostDisconnected(): void {
    nearness?.unobserve(this.#host);
    this.#near = false;
    this.#release();
  }

  async #show(media: Media, uri: string, size: number, key: string): Promise<void> {
    const image = acquire(media, uri, size, key);
    this.#shown = { media, key, image };
    const url = await image.load;
    if (this.#shown?.image !== image) return;
    this.#url = url;
    this.#host.requestUpdate();
  }

  #release(): void {
    if (this.#shown) release(this.#shown.media, this.#shown.key, this.#shown.image);
    this.#shown = undefined;
    this.#url = undefined;
  }

  #handleNear = (): void => {
    this.#near = true;
    this.#host.requestUpdate();
  };
}

function acquire(media: Media, uri: string, size: number, key: string): Image {
  const ofSession = images.get(media) ?? new Map<string, Image>();
  images.set(media, ofSession);
  const image = ofSession.get(key) ?? { load: load(media, uri, size), users: 0 };
  image.users++;
  ofSession.set(key, image);
  void image.load.then((url) => url ?? (ofSession.get(key) === image && ofSession.delete(key))); // the next who asks tries again
  return image;
}

async function load(media: Media, uri: string, size: number): Promise<string | undefined> {
  try {
    return URL.createObjectURL(await media.load(uri, { width: size, height: size }));
  } catch {
    return undefined; // a picture that cannot be had is no error: initials stand in for it
  }
}

function release(media: Media, key: string, image: Image): void {
  const ofSession = images.get(media);
  if (--image.users > 0 || ofSession?.get(key) !== image) return;
  ofSession.delete(key);
  ofSession.set(key, image);
  const unused = [...ofSession].filter(([, { users }]) => users === 0);
  for (const [oldKey, old] of unused.slice(0, -KEPT_UNUSED)) {
    ofSession.delete(oldKey);
    void old.load.then((url) => url && URL.revokeObjectURL(url));
  }
}

let nearness: IntersectionObserver | undefined;
const waiting = new WeakMap<Element, () => void>();

/** Calls `listener` once, when `element` is on the screen or within one screen of it. */
function whenNear(element: Element, listener: () => void): void {
  nearness ??= new IntersectionObserver(handleIntersections, { rootMargin: "100%" });
  waiting.set(element, listener);
  nearness.observe(element);
}

function handleIntersections(entries: IntersectionObserverEntry[], observer: IntersectionObserver): void {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    waiting.get(target)?.();
  }
}
