import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";

import { nextTask } from "../internal/after-this-task.js";
import { MeloError } from "../internal/errors.js";
import { Source } from "../internal/readable.js";
import { Turns } from "../internal/turns.js";
import { openKeyFile, sealKeyFile } from "./key-file-format.js";
import { importKeys } from "./import-keys.js";
import { INITIAL_KEY_FILE, type ImportedKeys, type KeyFile, type KeyFileState } from "./key-file-state.js";

/** Keys are added in pieces of so many, so that the page stays responsive. */
const AT_ONCE = 50;

type SessionData = Parameters<CryptoApi["importRoomKeys"]>[0][number];

type KeyFileCrypto = Pick<CryptoApi, "exportRoomKeysAsJson" | "importRoomKeys">;

/** {@link KeyFile} over a live client. */
export class AccountKeyFile implements KeyFile {
  readonly #crypto: KeyFileCrypto;
  readonly #source = new Source<KeyFileState>(INITIAL_KEY_FILE);
  readonly #turns = new Turns();

  constructor(crypto: KeyFileCrypto) {
    this.#crypto = crypto;
  }

  get state(): KeyFileState {
    return this.#source.state;
  }

  subscribe: KeyFile["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  exportKeys(passphrase: string): Promise<string> {
    return this.#act({ status: "exporting" }, async () => sealKeyFile(await this.#crypto.exportRoomKeysAsJson(), passphrase));
  }

  importKeys(file: string, passphrase: string): Promise<ImportedKeys> {
    return this.#act({ status: "importing" }, async () => this.#add(sessionsIn(await openKeyFile(file, passphrase))));
  }

  async #add(sessions: readonly SessionData[]): Promise<ImportedKeys> {
    const total = sessions.length;
    let imported = 0;
    this.#source.merge({ done: 0, total });
    for (let start = 0; start < total; start += AT_ONCE) {
      const piece = sessions.slice(start, start + AT_ONCE);
      const { taken, refusal } = await importKeys(piece, (some) => this.#crypto.importRoomKeys(some));
      if (taken === 0 && piece.length === AT_ONCE) throw refusal; // not so many keys are at fault
      imported += taken;
      this.#source.merge({ done: Math.min(total, start + AT_ONCE) });
      await nextTask();
    }
    return { total, imported };
  }

  #act<T>(begin: KeyFileState, action: () => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      this.#source.merge(begin);
      try {
        return await action();
      } catch (error) {
        throw MeloError.from(error);
      } finally {
        this.#source.merge({ status: "idle", done: undefined, total: undefined });
      }
    });
  }
}

/** The sessions of an opened file; what is no session is left out. */
function sessionsIn(text: string): SessionData[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = undefined;
  }
  if (!Array.isArray(list)) throw new MeloError("key-file-invalid", "What the file holds is no list of keys.");
  return list.filter(isSession);
}

function isSession(entry: unknown): entry is SessionData {
  if (typeof entry !== "object" || entry === null) return false;
  const { room_id, session_id, session_key } = entry as Record<string, unknown>;
  return [room_id, session_id, session_key].every((field) => typeof field === "string");
}
