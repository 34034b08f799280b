import { INITIAL_KEY_FILE, type ImportedKeys, type KeyFile, type KeyFileState } from "../../src/crypto/key-file-state.js";
import { MeloError } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";

/** Key files made of literals: the passphrase of all of them is "rhubarb and custard". */
export class FakeKeyFile implements KeyFile {
  readonly source = new Source<KeyFileState>(INITIAL_KEY_FILE);
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  get state(): KeyFileState {
    return this.source.state;
  }

  subscribe: KeyFile["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  async exportKeys(): Promise<string> {
    await this.#pause();
    return "as a story wants it";
  }

  async importKeys(_file: string, passphrase: string): Promise<ImportedKeys> {
    await this.#pause();
    if (passphrase !== "rhubarb and custard") throw new MeloError("key-file-passphrase", "as a story wants it");
    return { total: 37, imported: 37 };
  }
}
