import { Source } from "../../src/internal/readable.js";
import { INITIAL_USER, type User, type UserState } from "../../src/matrix/user-state.js";

/** One person made of literals. Merge into `source` to play what they do. */
export class FakeUser implements User {
  readonly source: Source<UserState>;
  readonly #pause: () => Promise<void>;

  constructor(state: Partial<UserState>, pause: () => Promise<void>) {
    this.source = new Source<UserState>({ ...INITIAL_USER, status: "ready", identity: "known", ...state });
    this.#pause = pause;
  }

  get state(): UserState {
    return this.source.state;
  }

  subscribe: User["subscribe"] = (listener, options) => this.source.subscribe(listener, options);

  async refresh(): Promise<void> {
    await this.#pause();
    this.source.merge({ status: "ready", error: undefined });
  }

  async approve(): Promise<void> {
    await this.#pause();
    this.source.merge({ identity: "known" });
  }

  async withdraw(): Promise<void> {
    await this.#pause();
    this.source.merge({ identity: "known" });
  }
}
