/** A delayed leave that this service looks after. Plain data: it is kept as JSON. Times are ms since 1970. */
export interface PendingLeave {
  /** The SFU's name of the call, and who the person is in it. A person has one leave for each. */
  readonly alias: string;
  readonly identity: string;
  /** The homeserver that has the delayed event. */
  readonly serverName: string;
  /** Whoever knows it can send, put off or cancel the event: it stays out of logs. */
  readonly delayId: string;
  /** After which time without a restart the homeserver sends the event by itself, in ms. */
  readonly timeout: number;
  readonly takenAt: number;
  /** When it was put off the last time. */
  readonly restartedAt: number;
  /** Whether the person has been seen at the SFU since the leave was handed over. */
  readonly seen: boolean;
  /** Since when the person is missing at the SFU. */
  readonly missingSince?: number;
  /** Whether the SFU itself has said that the person is gone, and not only that it does not know them. */
  readonly departed: boolean;
  /** Counts the changes, so that nobody overwrites one that they have not seen. */
  readonly version: number;
}

export type LeaveKey = Pick<PendingLeave, "alias" | "identity">;

/**
 * Where pending leaves outlive this process. Each has a time at which somebody has to look at it again. Several processes may share one store: {@link LeaveStore.claim}
 * gives each leave to one of them.
 */
export interface LeaveStore {
  /** Keeps a leave in place of an earlier one of the same person in the same call. Resolves when it is safe. */
  put(leave: PendingLeave, due: number): Promise<void>;
  /** The leaves that are due, which become due again after `lease` ms unless they are saved before. */
  claim(now: number, lease: number): Promise<readonly PendingLeave[]>;
  get(key: LeaveKey): Promise<PendingLeave | undefined>;
  /** Keeps what has changed. Resolves with false, and keeps nothing, if somebody else has changed the leave since it was read, or another has taken its place. */
  save(leave: PendingLeave, due: number): Promise<boolean>;
  /** Forgets the leave, unless another has taken its place. */
  remove(leave: PendingLeave): Promise<void>;
  /** Rejects when the store cannot keep anything at present. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** One name for a person in a call. Aliases have no spaces. */
export function keyOf({ alias, identity }: LeaveKey): string {
  return `${alias} ${identity}`;
}
