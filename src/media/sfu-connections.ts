import type { RemoteParticipant } from "livekit-client";

import type { MeloError } from "../internal/errors.js";
import { pause } from "../internal/pause.js";
import type { MediaKey } from "./call-keys-state.js";
import { FrameTroubles } from "./frame-troubles.js";
import { subscribeTo } from "./participants.js";
import type { CallMember, SfuAccess } from "./room-call-state.js";
import { SfuConnection } from "./sfu-connection.js";

/** Somebody at an SFU who is no member is not yet an intruder for so long, in ms: the membership may take longer than the connection, in coming and in going. */
const ARRIVES = 6_000;
const LEAVES = 30_000;
/** Between attempts to reach an SFU at which others publish, in ms; the last one again and again. */
const RETRIES = [1_000, 2_000, 3_000, 5_000, 8_000];
/** Connections to more SFUs than this are not made: each costs a worker, and anybody in the room can name as many as they like. */
const MOST = 20;

interface Other {
  readonly connection: SfuConnection;
  readonly troubles: FrameTroubles;
  /** How often in a row it could not be reached. */
  failures: number;
}

export interface SfuConnectionsOptions {
  readonly encrypted: boolean;
  readonly access: (serviceUrl?: string) => Promise<SfuAccess>;
  readonly onChange: () => void;
  /** The own connection will not come back. */
  readonly onEnd: (error: MeloError) => void;
}

/** The connections of a call: one to the own SFU, which also publishes, and one to each other one at which a member publishes. */
export class SfuConnections {
  readonly own: SfuConnection;
  readonly #options: SfuConnectionsOptions;
  readonly #others = new Map<string, Other>();
  readonly #life = new AbortController();
  readonly #ownTroubles: FrameTroubles;
  #ownUrl?: string;
  #members: readonly CallMember[] = [];
  #keys: readonly MediaKey[] = [];
  /** When somebody without a membership was first seen at an SFU, and when a connected member ceased to be one. */
  readonly #strangers = new Map<string, number>();
  readonly #formerMembers = new Map<string, number>();

  constructor(options: SfuConnectionsOptions) {
    this.#options = options;
    ({ connection: this.own, troubles: this.#ownTroubles } = this.#open(undefined, options.onEnd));
  }

  /** Takes over who is in the call: connects to SFUs that are new, and leaves those at which nobody is any more. */
  setMembers(members: readonly CallMember[]): void {
    const now = Date.now();
    for (const { identity, serviceUrl } of this.#members)
      if (this.connected(serviceUrl)?.has(identity)) this.#formerMembers.set(identity, now); // the connection ends a little later, if it ends
    this.#members = members;
    for (const { identity } of members) this.#formerMembers.delete(identity);
    this.#ownUrl = members.find(({ isThisDevice }) => isThisDevice)?.serviceUrl ?? this.#ownUrl;
    if (this.#ownUrl === undefined) return;
    const named = new Set(members.map(({ serviceUrl }) => serviceUrl).filter((url) => url !== "" && url !== this.#ownUrl));
    const wanted = new Set([...named].slice(0, MOST));
    for (const url of this.#others.keys()) if (!wanted.has(url)) this.#drop(url);
    for (const url of wanted) if (!this.#others.has(url)) void this.#add(url);
    this.#follow();
  }

  async setKeys(keys: readonly MediaKey[]): Promise<void> {
    this.#keys = keys;
    await Promise.all(
      [...this.#all()].map(async ({ connection, troubles }) => {
        for (const identity of await connection.setKeys(keys)) troubles.clear(identity);
      }),
    );
  }

  /** Who is connected to the SFU of that address. */
  connected(serviceUrl: string): ReadonlyMap<string, RemoteParticipant> | undefined {
    return this.#connection(serviceUrl)?.room?.remoteParticipants;
  }

  /** An SFU at which others publish, and which cannot be reached: they are in the call, and neither heard nor seen until it is back. */
  isLost(serviceUrl: string): boolean {
    const other = this.#others.get(serviceUrl);
    if (!other || other.connection.status === "connected") return false;
    return other.failures > 0 || other.connection.status === "reconnecting";
  }

  hasKey(serviceUrl: string, identity: string): boolean {
    return this.#connection(serviceUrl)?.encryption?.provider.has(identity) ?? false;
  }

  trouble(identity: string): "key-missing" | "key-wrong" | undefined {
    for (const { troubles } of this.#all()) {
      const trouble = troubles.of(identity);
      if (trouble) return trouble;
    }
    return undefined;
  }

  /** Asks for what may be received, and for nothing else. */
  subscribe(): void {
    for (const { url, connection } of this.#all())
      subscribeTo(this.#options.encrypted, connection.room?.remoteParticipants.values() ?? [], (identity) =>
        this.#members.find((member) => member.identity === identity && member.serviceUrl === url && !member.isThisDevice),
      );
  }

  /** How many are at an SFU without being in the call. */
  countIntruders(): number {
    const now = Date.now();
    const members = new Set(this.#members.map(({ identity }) => identity));
    const present = new Set<string>();
    for (const { connection } of this.#all())
      for (const identity of connection.room?.remoteParticipants.keys() ?? []) if (!members.has(identity)) present.add(identity);
    for (const identity of this.#strangers.keys()) if (!present.has(identity)) this.#strangers.delete(identity);
    for (const identity of present) if (!this.#strangers.has(identity)) this.#strangers.set(identity, now);
    for (const [identity, left] of this.#formerMembers) if (now - left > LEAVES) this.#formerMembers.delete(identity);
    return [...present].filter((identity) => !this.#formerMembers.has(identity) && now - this.#strangers.get(identity)! >= ARRIVES).length;
  }

  async close(): Promise<void> {
    this.#life.abort();
    this.#ownTroubles[Symbol.dispose]();
    for (const url of this.#others.keys()) this.#drop(url);
    await this.own.close();
  }

  *#all() {
    yield { url: this.#ownUrl, connection: this.own, troubles: this.#ownTroubles };
    for (const [url, { connection, troubles }] of this.#others) yield { url, connection, troubles };
  }

  #connection(serviceUrl: string): SfuConnection | undefined {
    return serviceUrl === this.#ownUrl ? this.own : this.#others.get(serviceUrl)?.connection;
  }

  #follow(): void {
    const identity = this.#members.find(({ isThisDevice }) => isThisDevice)?.identity;
    if (identity !== undefined) for (const { connection } of this.#all()) connection.follow(identity);
  }

  #drop(url: string): void {
    const entry = this.#others.get(url);
    this.#others.delete(url);
    entry?.troubles[Symbol.dispose]();
    void entry?.connection.close();
  }

  async #add(url: string, failures = 0): Promise<void> {
    const { signal } = this.#life;
    const retry = async (): Promise<void> => {
      const wait = RETRIES[Math.min(entry.failures++, RETRIES.length - 1)]!;
      this.#options.onChange();
      await pause(wait, signal).catch(() => {});
      if (signal.aborted || this.#others.get(url) !== entry) return;
      this.#drop(url);
      await this.#add(url, entry.failures);
    };
    const entry: Other = { ...this.#open(url, () => void retry()), failures };
    this.#others.set(url, entry);
    await entry.connection.setKeys(this.#keys);
    await entry.connection.connect().then(() => (entry.failures = 0), retry);
  }

  #open(url: string | undefined, onEnd: (error: MeloError) => void) {
    const { encrypted, access, onChange } = this.#options;
    const troubles = new FrameTroubles({
      hasKey: (identity, index) => connection.encryption?.provider.has(identity, index) ?? false,
      tracksOf: (identity) =>
        [...(connection.room?.remoteParticipants.get(identity)?.trackPublications.values() ?? [])].flatMap(({ track }) => track ?? []),
      retry: (identity) => connection.encryption?.provider.repeat(identity),
      onChange,
    });
    const connection = new SfuConnection({
      encrypted,
      access: () => access(url),
      onChange: () => {
        if (connection.status === "connected") this.#follow();
        onChange();
      },
      onFrameError: (identity, message) => troubles.note(identity, message),
      onEnd,
    });
    return { connection, troubles };
  }
}
