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

  async requestUser(userId: string): Promise<void> {
    this.source.merge({ status: "asking", user: { userId } });
  }

  async scan(): Promise<void> {
    this.source.merge({ status: "confirming" });
  }

  async accept(): Promise<void> {
    this.source.merge({ status: "ready", methods: { emoji: true, scan: false } });
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
    this.source.merge({ ...INITIAL_VERIFICATION, user: undefined, device: undefined, reason: undefined, error: undefined });
  }
}

/** Seven of the specification's 64. */
export const EMOJI = [
  { symbol: "🐶", name: "Dog" },
  { symbol: "🌷", name: "Flower" },
  { symbol: "💡", name: "Light Bulb" },
  { symbol: "🐼", name: "Panda" },
  { symbol: "✈️", name: "Aeroplane" },
  { symbol: "🦋", name: "Butterfly" },
  { symbol: "📌", name: "Pin" },
] as const;

/** The shape of a code; it verifies nothing. */
export const CODE = btoa(`MATRIX\u0002\u0001${"any bytes will do for a picture of a code ".repeat(3)}`);
