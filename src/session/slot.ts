import { Turns } from "../internal/turns.js";
import { AccountStore } from "../matrix/credentials.js";
import { clearPart, partOf, type Vault } from "../matrix/vault.js";
import type { SessionOptions, SessionState } from "./session-state.js";

/** What the tabs of a slot tell each other. */
export type SlotNews =
  /** Another account, device or token is kept now, or none: look. */
  | { readonly type: "account-changed" }
  /** The device is ended: let go of everything of it at once. */
  | { readonly type: "ended"; readonly deviceId: string; readonly notice?: SessionState["notice"] };

/** A place for one account on this site: the homeserver as the page names it, and the profile. Every tab that names the same ones shares it. */
export class Slot {
  readonly key: string;
  /** Whether other tabs can share it; a browser that keeps nothing has a slot for each page. */
  readonly isShared: boolean;
  readonly vault: Vault;
  readonly accounts: AccountStore;
  readonly #channel?: BroadcastChannel;
  readonly #turns = new Turns();

  constructor(key: string, vault: Vault) {
    this.key = key;
    this.vault = vault;
    this.isShared = vault.kind === "persistent";
    this.accounts = new AccountStore(this.#own);
    if (this.isShared) this.#channel = new BroadcastChannel(this.#name);
  }

  static keyOf({ homeserver, profile = "default" }: Pick<SessionOptions, "homeserver" | "profile">): string {
    return `${encodeURIComponent(homeserver.trim().replace(/\/+$/, ""))}/${encodeURIComponent(profile)}`;
  }

  /** The part of the vault for what a person leaves here: it outlives a device, and goes when they sign out. */
  personal(userId: string): Vault {
    return partOf(this.#own, `user/${encodeURIComponent(userId)}/`);
  }

  /** Removes everything that is kept for the slot. */
  async clear(): Promise<void> {
    await clearPart(this.#own, "");
  }

  /** Runs `work` while no other tab runs any for this slot and purpose. */
  exclusively<T>(work: () => Promise<T>, purpose = ""): Promise<T> {
    if (this.isShared) return navigator.locks.request(this.#name + purpose, work);
    if (purpose) return work(); // a page has one of each
    return this.#turns.take(work);
  }

  /** Tells the other tabs. */
  tell(news: SlotNews): void {
    this.#channel?.postMessage(news);
  }

  onNews(listener: (news: SlotNews) => void): void {
    this.#channel?.addEventListener("message", ({ data }: MessageEvent<SlotNews>) => listener(data));
  }

  close(): void {
    this.#channel?.close();
  }

  get #own(): Vault {
    return partOf(this.vault, `slot/${this.key}/`);
  }

  get #name(): string {
    return `melo:slot:${this.key}`;
  }
}
