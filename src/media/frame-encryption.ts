import { BaseKeyProvider } from "livekit-client";

import type { MediaKey } from "./call-keys-state.js";
import { startEncryptionWorker } from "./encryption-worker.js";

/** What LiveKit tells its worker, as far as it matters here. */
interface WorkerMessage {
  readonly kind?: string;
  readonly data?: { readonly enabled?: boolean; readonly participantIdentity?: string };
}

/** Browsers do not tell why; where the file is there, it is the page's policy. */
const NOT_LOADED =
  "The worker that encrypts calls could not be loaded. A Content Security Policy needs worker-src with the origin that melo comes from, and blob: if that is another one than the page's.";

/**
 * Encrypts what one connection to an SFU sends, and decrypts what it gets (AES-128-GCM; keys by HKDF, as Element Call does it). One worker for each connection.
 *
 * LiveKit lets frames through in clear for as long as the SFU says of any track of somebody that it is not encrypted. Here the worker is never told so: it decrypts everything, so
 * that what is not encrypted with a key of its sender comes to nothing, whatever the SFU says, and nothing of the own goes out in clear.
 */
export class FrameEncryption implements Disposable {
  readonly worker: Worker;
  readonly provider = new MatrixKeyProvider();
  /** Calls back once, if the worker could not be loaded. */
  onFailure?: (message: string) => void;
  #failure?: string;

  constructor(worker: Worker = startEncryptionWorker()) {
    this.worker = alwaysOn(worker);
    worker.addEventListener("error", ({ message }) => {
      this.#failure ??= message || NOT_LOADED;
      this.onFailure?.(this.#failure);
    });
  }

  /** Why the worker could not be loaded, if so. */
  get failure(): string | undefined {
    return this.#failure;
  }

  [Symbol.dispose](): void {
    this.onFailure = undefined;
    this.worker.terminate();
    this.provider.removeAllListeners();
  }
}

/** Makes the worker deaf to being switched off. */
export function alwaysOn(worker: Worker): Worker {
  const post = worker.postMessage.bind(worker) as (message: unknown, transfer?: unknown) => void;
  worker.postMessage = (message: unknown, transfer?: unknown) => {
    const { kind, data } = message as WorkerMessage;
    post(kind === "enable" && data?.enabled === false ? { kind, data: { ...data, enabled: true } } : message, transfer);
  };
  return worker;
}

/** Gives the worker the media keys of the members. */
export class MatrixKeyProvider extends BaseKeyProvider {
  /** The keys that the worker has, by identity and index. */
  #known = new Map<string, { readonly media: MediaKey; readonly material: CryptoKey }>();
  #ownIndex = -1;

  constructor() {
    super({ ratchetWindowSize: 10, keyringSize: 256 });
  }

  /** Index of the own key that is in use; -1: there is none yet. */
  get ownIndex(): number {
    return this.#ownIndex;
  }

  /** Takes over what is new among `keys`; resolves with the identities that got a key. */
  async setKeys(keys: readonly MediaKey[]): Promise<ReadonlySet<string>> {
    const fresh = keys.filter((key) => !isSame(this.#known.get(nameOf(key))?.media, key));
    const imported = await Promise.all(fresh.map(async (media) => ({ media, material: await materialOf(media.key) })));
    const wanted = new Set(keys.map(nameOf));
    for (const name of this.#known.keys()) if (!wanted.has(name)) this.#known.delete(name);
    for (const entry of imported) {
      this.#known.set(nameOf(entry.media), entry);
      if (entry.media.isOwn) this.#ownIndex = entry.media.index;
      this.onSetEncryptionKey(entry.material, entry.media.identity, entry.media.index);
    }
    return new Set(fresh.map(({ identity }) => identity));
  }

  /** Gives the worker the keys of one member once more: it gives up a key after ten frames that it could not open. */
  repeat(identity: string): void {
    for (const { media, material } of this.#known.values())
      if (media.identity === identity) this.onSetEncryptionKey(material, identity, media.index);
  }

  has(identity: string, index?: number): boolean {
    for (const { media } of this.#known.values())
      if (media.identity === identity && (index === undefined || media.index === index)) return true;
    return false;
  }

  /** LiveKit asks at each connection, and again for each publication. */
  override getKeys() {
    return [...this.#known.values()].map(({ media, material }) => ({
      key: material,
      participantIdentity: media.identity,
      keyIndex: media.index,
    }));
  }

  /** Which key is used for sending. LiveKit itself would take the last one that was set, also if it is somebody else's. */
  override getLatestManuallySetKeyIndex(): number {
    return this.#ownIndex < 0 ? 0 : this.#ownIndex;
  }
}

function nameOf({ identity, index }: MediaKey): string {
  return `${index}\n${identity}`;
}

function isSame(a: MediaKey | undefined, b: MediaKey): boolean {
  return a !== undefined && a.isOwn === b.isOwn && a.key.length === b.key.length && a.key.every((byte, index) => byte === b.key[index]);
}

function materialOf(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new Uint8Array(key), "HKDF", false, ["deriveBits", "deriveKey"]);
}
