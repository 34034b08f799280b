import { INITIAL_VERIFICATION, type Verification, type VerificationState } from "../../src/crypto/verification-state.js";
import { Source } from "../../src/internal/readable.js";

/** A verification that plays both sides: each step leads to the next one at once. */
export class FakeVerification implements Verification {
  /** The live state: merge into it to play what the other device does. */
  readonly source: Source<VerificationState>;

  constructor(state: Partial<VerificationState> = {}) {
    this.source = new Source<VerificationState>({ ...INITIAL_VERIFICATION, ...state });
  }

  get state(): VerificationState {
    return this.source.state;
  }

  subscribe: Verification["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  async request(deviceId?: string): Promise<void> {
    this.source.merge({ status: "asking", device: deviceId === undefined ? undefined : { deviceId } });
  }

  async accept(): Promise<void> {
    this.source.merge({ status: "ready" });
  }

  async decline(): Promise<void> {
    this.source.merge({ status: "cancelled", reason: "by-us" });
  }

  async start(): Promise<void> {
    this.source.merge({ status: "emoji", emoji: EMOJI, decimals: [1234, 5678, 9012] });
  }

  async confirm(): Promise<void> {
    this.source.merge({ status: "confirming" });
  }

  async mismatch(): Promise<void> {
    this.source.merge({ status: "cancelled", reason: "mismatch" });
  }

  async cancel(): Promise<void> {
    this.source.merge({ status: "cancelled", reason: "by-us" });
  }

  async dismiss(): Promise<void> {
    this.source.merge({ ...INITIAL_VERIFICATION, reason: undefined, error: undefined });
  }
}

/** Seven of the specification's 64. */
export const EMOJI = [
  { index: 0, symbol: "🐶", name: "Dog" },
  { index: 15, symbol: "🌷", name: "Flower" },
  { index: 41, symbol: "💡", name: "Light Bulb" },
  { index: 8, symbol: "🐼", name: "Panda" },
  { index: 53, symbol: "✈️", name: "Aeroplane" },
  { index: 14, symbol: "🦋", name: "Butterfly" },
  { index: 63, symbol: "📌", name: "Pin" },
] as const;
