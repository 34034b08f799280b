import { BaseKeyProvider } from "livekit-client";

/** Media keys as Element Call's calls have them: 16 bytes for each participant and index, used through HKDF. */
export class ForeignKeys extends BaseKeyProvider {
  /** Indices that are known, by identity at the SFU. */
  readonly indices: Record<string, number[]> = {};

  constructor() {
    super({ ratchetWindowSize: 10, keyringSize: 256 });
  }

  async set(key: Uint8Array<ArrayBuffer>, index: number, identity: string): Promise<void> {
    const material = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits", "deriveKey"]);
    this.onSetEncryptionKey(material, identity, index);
    const known = (this.indices[identity] ??= []);
    if (!known.includes(index)) known.push(index);
  }
}
