/** One part of the stack. The launcher knows no more about a part than this, so parts can be added and exchanged. */
export interface Service {
  /** For people: "Synapse". */
  readonly name: string;
  /** What the part writes; its last lines are shown when it crashes. */
  readonly logFile?: string;
  /** Makes what the part needs and keeps (environments, configuration). Quick when it is all there. */
  prepare(): Promise<void>;
  /** Starts the part; resolves when it answers. */
  start(): Promise<void>;
  /** Ends the part; resolves when it is gone. Safe to call at any time, and more than once. */
  stop(): Promise<void>;
  /** Called when the part ends although nobody asked it to; `reason` is a clause such as "ended with exit code 1". */
  onCrash?: (reason: string) => void;
}
