/** What is kept of the call that this device is in, so that whoever runs the client next can end or continue it. */
export interface CallNote {
  readonly roomId: string;
  /** The Web Lock of the tab that is in the call. */
  readonly tab?: string;
  /** The delayed event that withdraws the membership (MSC4140). */
  readonly delayId?: string;
}

export interface CallMemory {
  load(): Promise<CallNote | undefined>;
  save(note: CallNote | undefined): Promise<void>;
}
