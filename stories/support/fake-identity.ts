import { INITIAL_IDENTITY, type Identity, type IdentityState, type ResetProof } from "../../src/crypto/identity-state.js";
import { MeloError, type MeloErrorCode } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";

export interface FakeIdentityOptions extends Partial<IdentityState> {
  /** What the server wants before it resets. Default: the password, which is "rhubarb". */
  readonly wants?: "nothing" | "password" | "approval";
  readonly fails?: MeloErrorCode;
}

/** An identity made of literals; merge into `source` to play a server. */
export class FakeIdentity implements Identity {
  readonly source: Source<IdentityState>;
  readonly #options: FakeIdentityOptions;
  readonly #pause: () => Promise<void>;

  constructor({ wants, fails, ...state }: FakeIdentityOptions = {}, pause: () => Promise<void> = async () => {}) {
    this.source = new Source<IdentityState>({ ...INITIAL_IDENTITY, status: "ready", ...state });
    this.#options = { wants, fails };
    this.#pause = pause;
  }

  get state(): IdentityState {
    return this.source.state;
  }

  subscribe: Identity["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  async reset({ password }: ResetProof = {}): Promise<void> {
    const { wants = "password", fails } = this.#options;
    await this.#pause();
    if (fails) throw new MeloError(fails, "as a story wants it");
    if (wants === "password" && !password) throw new MeloError("password-needed", "as a story wants it");
    if (wants === "password" && password !== "rhubarb") throw new MeloError("password-wrong", "as a story wants it");
    if (wants === "approval" && !this.state.approvalUrl) {
      this.source.merge({ approvalUrl: "https://account.example.org/?action=org.matrix.cross_signing_reset" });
      throw new MeloError("approval-needed", "as a story wants it");
    }
    this.source.merge({ status: "ready", approvalUrl: undefined });
  }
}
