import { deviceLock } from "./device-memory.js";
import { loadCore, runOwner, warmCrypto, type DeviceEnd, type OwnerOptions } from "./owner.js";
import type { SessionState } from "./session-state.js";
import { connect } from "./sharing/connect.js";
import { own } from "./sharing/own.js";

export interface AccountTabOptions extends Omit<OwnerOptions, "before" | "channelName"> {
  readonly onRole: (role: SessionState["role"]) => void;
  /** Called once, in the tab that ran the client, when the device cannot go on. No other tab takes over before it resolves. */
  readonly onEnd: (end: DeviceEnd) => Promise<void>;
}

/** This tab's part in an account that is signed in: runs the client if no other tab does, follows the one that does, and takes over when that goes. */
export class AccountTab {
  readonly #options: AccountTabOptions;
  readonly #life = new AbortController();
  readonly #done: Promise<void>;

  constructor(options: AccountTabOptions) {
    this.#options = options;
    this.#done = options.slot.isShared ? this.#share() : this.#runAlone();
  }

  /** Leaves. Resolves when a client that ran here is stopped and its stores are closed. */
  async dispose(): Promise<void> {
    this.#life.abort();
    await this.#done;
  }

  async #runAlone(): Promise<void> {
    this.#options.onRole("owner");
    await this.#tell(await runOwner(this.#options, this.#life.signal));
  }

  async #share(): Promise<void> {
    const { account, objects, onRole } = this.#options;
    const { signal } = this.#life;
    const name = deviceLock(account);
    const following = new AbortController();
    const handleBacking: Parameters<typeof connect>[1] = (backing) => {
      objects.attach(backing);
      onRole("follower");
      this.#warm();
    };
    connect(name, handleBacking, AbortSignal.any([signal, following.signal]));
    try {
      const run = async () => {
        const before = objects.open("account", "").state;
        following.abort();
        onRole("owner");
        await this.#tell(await runOwner({ ...this.#options, before, channelName: name }, signal));
      };
      await own(name, run, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #tell(end: DeviceEnd | undefined): Promise<void> {
    if (end && !this.#life.signal.aborted) await this.#options.onEnd(end);
  }

  /** Loads all code ahead of time, so that this tab can take over in a moment. */
  #warm(): void {
    const idle = globalThis.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 200));
    idle(() => {
      Promise.all([loadCore(), warmCrypto(this.#options.wasmUrl)]).catch(() => {}); // tried again, and told, when it is needed
    });
  }
}
