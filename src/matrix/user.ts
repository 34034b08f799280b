import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

import { coalesced } from "../internal/after-this-task.js";
import { Source } from "../internal/readable.js";
import type { Identities } from "./identities.js";
import { checkedMxc } from "./mxc.js";
import { cleanName } from "./people.js";
import { serverError } from "./server-error.js";
import { assertUserId } from "./user-id.js";
import { INITIAL_USER, type User, type UserState } from "./user-state.js";

export interface UserOptions {
  readonly client: Pick<MatrixClient, "getSafeUserId" | "getProfileInfo">;
  readonly identities: Identities;
  readonly userId: string;
}

/** {@link User} over a live client. */
export class LiveUser implements User, Disposable {
  readonly #options: UserOptions;
  readonly #source = new Source<UserState>(INITIAL_USER);
  readonly #life = new AbortController();

  constructor(options: UserOptions) {
    this.#options = options;
    const { client, identities, userId } = options;
    const look = coalesced(() => void this.#look().catch(() => {})); // what is shown stays true until the next change
    identities.onChange((userIds) => {
      if (!userIds || userIds.includes(userId)) look();
    }, this.#life.signal);
    this.#source.merge({ name: cleanName(userId), isOwn: userId === client.getSafeUserId() });
    this.refresh().catch(() => {}); // the state says it
  }

  get state(): UserState {
    return this.#source.state;
  }

  subscribe: User["subscribe"] = (listener, options) => this.#source.subscribe(listener, options);

  async refresh(): Promise<void> {
    const { client, identities, userId } = this.#options;
    try {
      assertUserId(userId);
      const profile = client.getProfileInfo(userId).catch(() => undefined); // servers need not tell it to everybody
      await identities.fetch(userId);
      const { displayname, avatar_url } = (await profile) ?? {};
      this.#source.merge({ name: cleanName(displayname) || cleanName(userId), avatar: checkedMxc(avatar_url) });
      await this.#look();
      this.#source.merge({ status: "ready", error: undefined });
    } catch (error) {
      const failure = serverError(error);
      this.#source.merge({ status: "failed", error: failure.toInfo() });
      throw failure;
    }
  }

  approve(): Promise<void> {
    return this.#decide(() => this.#options.identities.approve(this.#options.userId));
  }

  withdraw(): Promise<void> {
    return this.#decide(() => this.#options.identities.withdraw(this.#options.userId));
  }

  [Symbol.dispose](): void {
    this.#life.abort();
  }

  async #decide(decision: () => Promise<void>): Promise<void> {
    try {
      await decision();
    } catch (error) {
      throw serverError(error);
    } finally {
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const identity = await this.#options.identities.status(this.#options.userId);
    if (!this.#life.signal.aborted) this.#source.merge({ identity });
  }
}
