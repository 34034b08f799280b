import type { Vault } from "./vault.js";

/** What was typed and not sent, per room: kept encrypted, so that it survives a reload. */
export interface Drafts {
  /** The kept text, or an empty string. Never rejects: a draft that cannot be read is an empty one. */
  load(roomReference: string): Promise<string>;
  /** An empty text forgets the draft. Never rejects. */
  save(roomReference: string, text: string): Promise<void>;
}

/** Drafts in a vault, or in none while nobody is signed in. */
export class VaultDrafts implements Drafts {
  readonly #vault: () => Promise<Vault | undefined>;
  /** Saves run one after the other: the last text must win. */
  #saving: Promise<void> = Promise.resolve();

  /** `vault` gives the part of the vault that belongs to whoever is signed in now. */
  constructor(vault: () => Promise<Vault | undefined>) {
    this.#vault = vault;
  }

  async load(roomReference: string): Promise<string> {
    await this.#saving;
    const text = await this.#vault().then(
      (vault) => vault?.load<unknown>(roomReference),
      () => undefined,
    );
    return typeof text === "string" ? text : "";
  }

  save(roomReference: string, text: string): Promise<void> {
    this.#saving = this.#saving
      .then(async () => {
        const vault = await this.#vault();
        await (text ? vault?.save(roomReference, text) : vault?.remove(roomReference));
      })
      .catch(() => {});
    return this.#saving;
  }
}
