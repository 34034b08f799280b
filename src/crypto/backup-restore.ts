import type { CryptoApi, KeyBackupInfo } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { KeyBackupSession } from "matrix-js-sdk/lib/crypto-api/keybackup.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import { ClientPrefix } from "matrix-js-sdk/lib/http-api/prefix.js";
import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { nextTask } from "../internal/after-this-task.js";
import { MeloError } from "../internal/errors.js";
import { Source, type Readable } from "../internal/readable.js";
import { backupKeys, openVersion, type BackupKey } from "./backup-key.js";
import { importKeys } from "./import-keys.js";
import type { BackupState } from "./recovery-state.js";
import { isGone, serverBackup } from "./server-backup.js";

/** How far the restore of one backup has come. */
export interface KeptRestore {
  readonly version: string;
  /** The visitor stopped it, so it does not go on by itself. */
  readonly isStopped?: boolean;
  /** Of each room that was begun: how many of its keys are done, in the order of their ids, and how many there were. */
  readonly rooms: Readonly<Record<string, readonly [done: number, total: number]>>;
}

/** Where that is kept beyond the tab. */
export interface RestoreMemory {
  load(): Promise<KeptRestore | undefined>;
  /** `undefined`: nothing is left to do. */
  save(restore?: KeptRestore): Promise<void>;
}

export type RestoreState = Pick<BackupState, "restoring" | "restoreStopped" | "restoreError">;

export interface BackupRestoreOptions {
  readonly client: { readonly http: Pick<MatrixClient["http"], "authedRequest"> };
  readonly crypto: CryptoApi;
  readonly memory: RestoreMemory;
  /** What a rejection of the server means. */
  readonly toError: (error: unknown) => MeloError;
  /** The rooms whose keys come first, the most wanted one at the front. */
  readonly roomsFirst?: () => readonly string[];
}

/** What the SDK's crypto object has beside its public surface. */
interface Internals {
  importBackedUpRoomKeys(keys: readonly object[], version: string): Promise<void>;
}

type Entry = readonly [sessionId: string, session: KeyBackupSession];
type RoomEntries = readonly [roomId: string, entries: readonly Entry[]];
type Answer = { readonly rooms?: Readonly<Record<string, { readonly sessions?: Readonly<Record<string, KeyBackupSession>> }>> };

/** So many keys are imported at once: some 50 ms of work on a slow machine. */
const CHUNK = 50;
/** Opening keys gives way after so long, in ms. */
const SLICE = 20;
/** Progress is told at most this often, and kept at most that often, in ms: telling reaches all tabs, keeping encrypts. */
const TOLD_EVERY = 100;
const KEPT_EVERY = 1000;

/**
 * Brings all keys of the backup to this device in small pieces, so that the page stays responsive. It can be stopped at each piece, and goes on from there; one that was cut off by the end
 * of its tab goes on at the next start. The SDK's own restore does none of this. Client-server specification, "Server-side key backups".
 */
export class BackupRestore implements Readable<RestoreState> {
  readonly #options: BackupRestoreOptions;
  readonly #crypto: Internals;
  readonly #source = new Source<RestoreState>({});
  #running?: { readonly done: Promise<void>; readonly abort: AbortController };

  constructor(options: BackupRestoreOptions) {
    this.#options = options;
    this.#crypto = options.crypto as unknown as Internals;
  }

  get state(): RestoreState {
    return this.#source.state;
  }

  subscribe: Readable<RestoreState>["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  /** Remembers that a backup is to be restored, before this device can open it: whatever cuts that off, the next start goes on. */
  async intend(version: string): Promise<void> {
    const kept = await this.#options.memory.load();
    if (kept?.version !== version || kept.isStopped) await this.#keep({ version, rooms: kept?.version === version ? kept.rooms : {} });
  }

  /** Goes on with what an earlier start left, unless the visitor stopped it: then the state says so. */
  async resume(): Promise<void> {
    const kept = await this.#options.memory.load();
    if (!kept || this.#running) return;
    if ((await openVersion(this.#crypto)) !== kept.version) return;
    if (kept.isStopped) this.#source.merge({ restoreStopped: true });
    else await this.run();
  }

  /** Restores what is left; a running restore is joined. Resolves also when it was stopped. Rejects with a MeloError as the state's `restoreError` says. */
  run(): Promise<void> {
    if (this.#running?.abort.signal.aborted) return this.stop().then(() => this.run());
    if (!this.#running) {
      const abort = new AbortController();
      const done = this.#run(abort.signal).finally(() => (this.#running = undefined));
      this.#running = { done, abort };
    }
    return this.#running.done;
  }

  /** Stops after the piece that is being imported. */
  async stop(): Promise<void> {
    const running = this.#running;
    running?.abort.abort();
    await running?.done.catch(() => {});
  }

  /** Stops, and nothing goes on later: the backup goes away. */
  async forget(): Promise<void> {
    await this.stop();
    await this.#keep(undefined);
    this.#source.merge({ restoreStopped: undefined, restoreError: undefined });
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#source.merge({ restoring: NOTHING_YET, restoreStopped: undefined, restoreError: undefined });
    try {
      await this.#restore(signal);
      this.#source.merge({ restoring: undefined, restoreStopped: signal.aborted || undefined });
    } catch (error) {
      if (signal.aborted) return this.#source.merge({ restoring: undefined, restoreStopped: true });
      const failure = isGone(error) ? gone() : this.#options.toError(error);
      this.#source.merge({ restoring: undefined, restoreError: failure.toInfo() });
      throw failure;
    }
  }

  async #restore(signal: AbortSignal): Promise<void> {
    const { client, memory } = this.#options;
    const [kept, { decryptionKey: key, backupVersion }] = await Promise.all([memory.load(), backupKeys(this.#crypto)]);
    try {
      const info = await serverBackup(client);
      if (!key || !backupVersion || info?.version !== backupVersion || !opens(key, info)) throw gone();
      const before = kept?.version === backupVersion ? kept.rooms : {};
      const progress = new Progress(backupVersion, before);
      await this.#keep(progress.toKeep());
      try {
        const query = { version: backupVersion };
        const answer = await client.http.authedRequest<Answer>(Method.Get, "/room_keys/keys", query, undefined, {
          prefix: ClientPrefix.V3,
          abortSignal: signal,
        });
        await this.#import(key, progress, this.#inOrder(answer), signal);
      } finally {
        if (signal.aborted) await this.#keep({ ...progress.toKeep(), isStopped: true });
      }
      if (!signal.aborted) await this.#keep(undefined);
    } finally {
      key?.free();
    }
  }

  async #import(key: BackupKey, progress: Progress, rooms: readonly RoomEntries[], signal: AbortSignal): Promise<void> {
    let [toldAt, keptAt, opened] = [-Infinity, performance.now(), 0];
    for (const [roomId, entries] of rooms) progress.expect(roomId, entries.length);
    this.#source.merge({ restoring: progress.toTell() });
    for (const piece of pieces(rooms, progress)) {
      await nextTask();
      if (signal.aborted) return;
      const keys = await open(key, piece);
      await nextTask();
      opened += await this.#importPiece(keys, progress.version);
      for (const { roomId } of piece) progress.count(roomId);
      const now = performance.now();
      if (now - toldAt >= TOLD_EVERY) {
        toldAt = now;
        this.#source.merge({ restoring: progress.toTell() });
      }
      if (now - keptAt >= KEPT_EVERY) {
        keptAt = now;
        await this.#keep(progress.toKeep());
      }
    }
    if (opened === 0 && progress.hasBegun) throw new MeloError("recovery-incomplete", "No key of the backup can be opened.");
  }

  /** Resolves with how many were taken. Rejects if it is none. */
  async #importPiece(keys: readonly object[], version: string): Promise<number> {
    if (keys.length === 0) return 0;
    const { taken, refusal } = await importKeys(keys, (some) => this.#crypto.importBackedUpRoomKeys(some, version));
    if (taken === 0) throw refusal;
    return taken;
  }

  #inOrder({ rooms = {} }: Answer): RoomEntries[] {
    const first = new Map(this.#options.roomsFirst?.().map((roomId, index) => [roomId, index]));
    const place = (roomId: string): number => first.get(roomId) ?? first.size;
    return Object.entries(rooms)
      .map(([roomId, { sessions = {} }]): RoomEntries => [roomId, Object.entries(sessions).sort(([a], [b]) => (a < b ? -1 : 1))])
      .sort(([a], [b]) => place(a) - place(b));
  }

  /** A browser that has no space for it restores all the same. */
  async #keep(restore: KeptRestore | undefined): Promise<void> {
    await this.#options.memory.save(restore).catch(() => {});
  }
}

const NOTHING_YET = Object.freeze({ done: 0, total: 0 });

/** How many keys of which rooms are done. */
class Progress {
  readonly version: string;
  readonly #rooms: Map<string, readonly [done: number, total: number]>;
  #total = 0;
  #done = 0;
  #doneBefore = 0;

  constructor(version: string, before: KeptRestore["rooms"]) {
    this.version = version;
    this.#rooms = new Map(Object.entries(before));
  }

  /** Whether this run had anything to do. */
  get hasBegun(): boolean {
    return this.#done > this.#doneBefore;
  }

  /** A room whose keys have become more or fewer since begins anew: what is there is imported again, which changes nothing. */
  expect(roomId: string, total: number): void {
    const [done = 0, before = 0] = this.#rooms.get(roomId) ?? [];
    const left = before === total ? done : 0;
    this.#rooms.set(roomId, [left, total]);
    this.#total += total;
    this.#done += left;
    this.#doneBefore += left;
  }

  doneOf(roomId: string): number {
    return this.#rooms.get(roomId)?.[0] ?? 0;
  }

  count(roomId: string): void {
    const [done, total] = this.#rooms.get(roomId)!;
    this.#rooms.set(roomId, [done + 1, total]);
    this.#done++;
  }

  toTell(): { readonly done: number; readonly total: number } {
    return Object.freeze({ done: this.#done, total: this.#total });
  }

  toKeep(): KeptRestore {
    return { version: this.version, rooms: Object.fromEntries(this.#rooms) };
  }
}

interface Pending {
  readonly roomId: string;
  readonly entry: Entry;
}

function* pieces(rooms: readonly RoomEntries[], progress: Progress): Generator<readonly Pending[]> {
  let piece: Pending[] = [];
  for (const [roomId, entries] of rooms) {
    for (const entry of entries.slice(progress.doneOf(roomId))) {
      piece.push({ roomId, entry });
      if (piece.length < CHUNK) continue;
      yield piece;
      piece = [];
    }
  }
  if (piece.length > 0) yield piece;
}

/** What cannot be opened, or is no key, is left out: one damaged entry must not keep the others away. */
async function open(key: BackupKey, piece: readonly Pending[]): Promise<object[]> {
  const keys: object[] = [];
  let begin = performance.now();
  for (const { roomId, entry } of piece) {
    const [sessionId, { session_data: data }] = entry;
    try {
      const session = JSON.parse(key.decryptV1(data.ephemeral, data.mac, data.ciphertext)) as object;
      keys.push({ ...session, room_id: roomId, session_id: sessionId });
    } catch {
      // Counted as done: another attempt would find the same.
    }
    if (performance.now() - begin < SLICE) continue;
    await nextTask();
    begin = performance.now();
  }
  return keys;
}

function opens(key: BackupKey, info: KeyBackupInfo): boolean {
  return "public_key" in info.auth_data && info.auth_data.public_key === key.megolmV1PublicKey.publicKeyBase64;
}

function gone(): MeloError {
  return new MeloError("backup-gone", "The backup that this device can open is not at the server any more.");
}
