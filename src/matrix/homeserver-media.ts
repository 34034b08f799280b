import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import type { Readable } from "../internal/readable.js";
import { unreachable } from "./homeserver-request.js";
import type { Media } from "./media.js";
import { parseMxc, type Mxc } from "./mxc.js";
import { serverError } from "./server-error.js";

/** More than this is not loaded, in bytes. */
const LARGEST = 50 * 1024 * 1024;
/** What the cache holds at most, in bytes and in things; the least recently used go first. */
const CACHED_BYTES = 16 * 1024 * 1024;
const CACHED_THINGS = 200;
/** Sizes that servers keep ready, in pixels. Client-server specification, "Thumbnails". */
const SIZES = [32, 96, 320, 640, 800];
/** How long the server may take to fetch it from another one, in ms. */
const ANSWER_WITHIN = 60_000;

/** Kinds that a browser shows without running anything in them; everything else is a heap of bytes. */
const SAFE_TYPES: ReadonlySet<string> = new Set([
  ...["jpeg", "gif", "png", "apng", "webp", "avif"].map((type) => `image/${type}`),
  ...["mp4", "webm", "ogg", "quicktime"].map((type) => `video/${type}`),
  ...["mp4", "webm", "aac", "mpeg", "ogg", "wave", "wav", "x-wav", "x-pn-wav", "flac", "x-flac"].map((type) => `audio/${type}`),
]);

type Size = { readonly width: number; readonly height: number };
type MediaClient = Pick<MatrixClient, "getHomeserverUrl" | "getAccessToken" | "isVersionSupported"> & {
  readonly http: Pick<MatrixClient["http"], "fetch">;
};

/** {@link Media} of the homeserver of a live client. */
export class HomeserverMedia implements Media {
  readonly state = Object.freeze({});
  readonly #client: MediaClient;
  readonly #cache = new Map<string, { readonly blob: Promise<Blob>; bytes: number }>();

  constructor(client: MediaClient) {
    this.#client = client;
  }

  subscribe: Readable<object>["subscribe"] = () => () => {};

  async load(uri: string, size?: Size): Promise<Blob> {
    const mxc = parseMxc(uri);
    if (!mxc) throw new MeloError("unknown", "Not the address of a file on a homeserver.");
    const path = pathOf(mxc, size);
    const known = this.#cache.get(path);
    if (known) {
      this.#cache.delete(path);
      this.#cache.set(path, known);
      return known.blob;
    }
    const entry = { blob: this.#fetch(path), bytes: 0 };
    this.#cache.set(path, entry);
    try {
      const blob = await entry.blob;
      entry.bytes = blob.size;
      return blob;
    } catch (error) {
      this.#cache.delete(path);
      throw error;
    } finally {
      this.#trim();
    }
  }

  async #fetch(path: string): Promise<Blob> {
    // Servers before version 1.11 have media at an address that asks for no token, and so gets none.
    const isAuthenticated = await this.#client.isVersionSupported("v1.11").catch((error: unknown) => {
      throw serverError(error);
    });
    const url = new URL(
      this.#client.getHomeserverUrl().replace(/\/+$/, "") + (isAuthenticated ? "/_matrix/client/v1/media" : "/_matrix/media/v3") + path,
    );
    let response: Response;
    try {
      response = await this.#client.http.fetch(url, {
        headers: isAuthenticated ? { Authorization: `Bearer ${this.#client.getAccessToken()}` } : {},
        redirect: "error", // nobody else is told the token, and nobody was asked to send us elsewhere
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
    } catch (cause) {
      throw unreachable(cause);
    }
    if (!response.ok) throw await refusal(response);
    const type = response.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
    return new Blob(await bytesOf(response), { type: SAFE_TYPES.has(type) ? type : "application/octet-stream" });
  }

  #trim(): void {
    let bytes = [...this.#cache.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [path, entry] of this.#cache) {
      if (bytes <= CACHED_BYTES && this.#cache.size <= CACHED_THINGS) return;
      if (entry.bytes === 0) continue; // on its way
      this.#cache.delete(path);
      bytes -= entry.bytes;
    }
  }
}

function pathOf({ serverName, mediaId }: Mxc, size: Size | undefined): string {
  const file = `${encodeURIComponent(serverName)}/${encodeURIComponent(mediaId)}`;
  if (!size) return `/download/${file}`;
  const density = globalThis.devicePixelRatio || 1;
  const pixels = Math.max(size.width, size.height) * density;
  const edge = SIZES.find((candidate) => candidate >= pixels) ?? SIZES.at(-1);
  const query = new URLSearchParams({
    width: String(edge),
    height: String(edge),
    method: size.width === size.height ? "crop" : "scale",
    animated: "false",
  });
  return `/thumbnail/${file}?${query}`;
}

/** Reads no more than {@link LARGEST}, whatever the server says about the length. */
async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      size += part.value.byteLength;
      if (size > LARGEST) throw new MeloError("too-large", "The file is larger than melo loads.");
      chunks.push(part.value);
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    throw error instanceof MeloError ? error : unreachable(error);
  }
  return chunks;
}

async function refusal(response: Response): Promise<MeloError> {
  await response.body?.cancel().catch(() => {});
  const message = `The homeserver refuses the file: status ${response.status}.`;
  if (response.status === 429)
    return new MeloError("rate-limited", message, { retryAfter: Number(response.headers.get("Retry-After") ?? 2) * 1000 });
  if (response.status >= 500) return new MeloError("homeserver-unreachable", message);
  if (response.status === 401) return new MeloError("signed-out", message);
  return new MeloError(response.status === 403 ? "forbidden" : "unknown", message);
}
