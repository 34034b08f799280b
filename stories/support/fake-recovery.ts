import { MeloError } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";
import {
  INITIAL_RECOVERY,
  type BackupState,
  type KeysAtStake,
  type NewKeyOptions,
  type Recovery,
  type RecoveryState,
} from "../../src/crypto/recovery-state.js";

/** Opens nothing: the shape of a key, made of its own alphabet. */
export const FAKE_KEY = "EsTc 7Hgr pLzM 3kWq 9dYx BnVu 5aJf RtCm 2eXo Gh8s DwPy 4NbZ";

export type FakeRecoveryOptions = Partial<Omit<RecoveryState, "backup">> & { readonly backup?: Partial<BackupState> };

/** A recovery made of literals. `FAKE_KEY` is the right key; merge into `source` to play a server. */
export class FakeRecovery implements Recovery {
  readonly source: Source<RecoveryState>;
  /** How many message keys this device has. */
  keys = 40;
  readonly calls: (readonly [name: string, ...args: unknown[]])[] = [];
  readonly #pause: () => Promise<void>;

  constructor(options: FakeRecoveryOptions = {}, pause: () => Promise<void> = async () => {}) {
    const backup: BackupState = { status: "on", version: "1", remaining: 0, ...options.backup };
    this.source = new Source<RecoveryState>({ ...INITIAL_RECOVERY, status: "ready", canSetUp: true, ...options, backup });
    this.#pause = pause;
  }

  get state(): RecoveryState {
    return this.source.state;
  }

  subscribe: Recovery["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  async setUp(passphrase?: string, options?: NewKeyOptions): Promise<string> {
    return this.#make("setUp", passphrase, options);
  }

  async change(passphrase?: string, options?: NewKeyOptions): Promise<string> {
    return this.#make("change", passphrase, options);
  }

  async enter(key: string): Promise<void> {
    this.calls.push(["enter", key]);
    await this.#pause();
    if (key.replaceAll(/\s/g, "") !== FAKE_KEY.replaceAll(" ", "")) throw new MeloError("recovery-key-wrong", "as a story wants it");
    this.source.merge({ status: "ready", canSetUp: true, backup: { ...this.state.backup, status: "on", remaining: 0 } });
  }

  async restore(): Promise<void> {
    this.calls.push(["restore"]);
    await this.#pause();
  }

  async countKeys(): Promise<KeysAtStake> {
    await this.#pause();
    const { status, remaining = 0 } = this.state.backup;
    return { total: this.keys, unsaved: status === "on" ? remaining : this.keys };
  }

  async cancelRestore(): Promise<void> {
    this.calls.push(["cancelRestore"]);
    await this.#pause();
    this.source.merge({ backup: { ...this.state.backup, restoring: undefined, restoreStopped: true } });
  }

  async confirm(): Promise<void> {
    this.calls.push(["confirm"]);
    this.source.merge({ unconfirmed: undefined });
  }

  async forget(): Promise<void> {
    this.calls.push(["forget"]);
    await this.#pause();
    this.source.merge({ status: "none", declined: true });
  }

  async turnBackupOff(): Promise<void> {
    this.calls.push(["turnBackupOff"]);
    await this.#pause();
    this.source.merge({ backup: { status: "off", turnedOff: true } });
  }

  async turnBackupOn(options?: NewKeyOptions): Promise<void> {
    this.calls.push(["turnBackupOn", options]);
    await this.#pause();
    this.#assertReplaceable(options);
    const status = this.state.status === "ready" ? "out-of-sync" : this.state.status;
    this.source.merge({ status, backup: { status: "on", version: "2", remaining: 0 } });
  }

  async #make(name: string, passphrase: string | undefined, options?: NewKeyOptions): Promise<string> {
    this.calls.push([name, passphrase, ...(options ? [options] : [])]);
    await this.#pause();
    this.#assertReplaceable(options);
    const unconfirmed = options?.unconfirmed || undefined;
    this.source.merge({ status: "ready", unconfirmed, backup: { ...this.state.backup, status: "on" } });
    return FAKE_KEY;
  }

  #assertReplaceable({ replaceBackup = false }: NewKeyOptions = {}): void {
    if (this.state.backup.status === "locked" && !replaceBackup) throw new MeloError("backup-locked", "as a story wants it");
  }
}
