import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../internal/errors.js";
import { within } from "../internal/time-limit.js";
import { cryptoStoreError } from "./crypto-store.js";
import { closingOnFailure } from "./store-connections.js";
import { warmCrypto } from "./wasm.js";

export interface CryptoStartOptions {
  /** 32 bytes under which the store is encrypted at rest. */
  readonly storageKey?: Uint8Array;
  /** Names the store: contains user and device, since a store belongs to one device. */
  readonly prefix: string;
  /** `false` keeps the keys in memory only; nothing is opened then. */
  readonly persistent: boolean;
  /** Where the crypto wasm is. Default: beside melo's own code. */
  readonly wasmUrl?: string;
  /** For each of the two steps, in ms. */
  readonly timeLimit: number;
  /** Called at the beginning of each step: loading the wasm, then opening the store. */
  readonly onStep?: (step: "code" | "encryption") => void;
}

/**
 * Starts the encryption of a client that has not been started. Sends no key to the server: that begins with `startClient`, so the device can be checked between
 * the two ({@link DeviceGuard}).
 *
 * Rejects as {@link warmCrypto} does, or `store-wrong-key`, `store-other-device`, `store-lost`, `store-full`, `store-closed`, `start-timeout`. The client is of no use then:
 * make a new one to try again.
 */
export async function startCrypto(
  client: Pick<MatrixClient, "initRustCrypto" | "getCrypto" | "stopClient">,
  options: CryptoStartOptions,
): Promise<CryptoApi> {
  const { storageKey, prefix, persistent, wasmUrl, timeLimit, onStep } = options;
  onStep?.("code");
  await warmCrypto({ url: wasmUrl, timeLimit });
  onStep?.("encryption");
  const init = () => client.initRustCrypto({ useIndexedDB: persistent, cryptoDatabasePrefix: prefix, storageKey });
  const opened = persistent ? closingOnFailure(prefix, init) : init();
  try {
    await within(timeLimit, opened, () => tooLate(timeLimit));
  } catch (error) {
    opened.then(() => client.stopClient()).catch(() => {}); // a store that opens too late is closed again, or the next attempt would share it
    throw cryptoStoreError(error);
  }
  return client.getCrypto()!;
}

function tooLate(timeLimit: number): MeloError {
  return new MeloError("start-timeout", `The crypto store did not open within ${timeLimit / 1000} s; another tab may hold it.`);
}
