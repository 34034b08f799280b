/** The homeserver said no, in the words of the client-server API. */
export class HomeserverError extends Error {
  readonly errcode: string;

  constructor(status: number, errcode: string, message: string) {
    super(`${status} ${errcode}: ${message}`);
    this.errcode = errcode;
  }
}

/** One signed-in user (or nobody yet) on the plain client-server API: enough to seed a server and to look at it from outside. */
export class HomeserverApi {
  readonly address: string;
  readonly userId: string;
  readonly accessToken: string;

  constructor(address: string, userId = "", accessToken = "") {
    this.address = address;
    this.userId = userId;
    this.accessToken = accessToken;
  }

  /** Registers the account, or signs in when it exists. */
  async enter(username: string, password: string): Promise<HomeserverApi> {
    try {
      const answer = await this.call<SignedIn>("POST", "/register", { username, password, auth: { type: "m.login.dummy" } });
      return new HomeserverApi(this.address, answer.user_id, answer.access_token);
    } catch (error) {
      if (!(error instanceof HomeserverError) || error.errcode !== "M_USER_IN_USE") throw error;
      const identifier = { type: "m.id.user", user: username };
      const answer = await this.call<SignedIn>("POST", "/login", { type: "m.login.password", identifier, password });
      return new HomeserverApi(this.address, answer.user_id, answer.access_token);
    }
  }

  /**
   * One request below `/_matrix/client/v3`.
   * @throws {HomeserverError} for every answer that is not 2xx.
   */
  async call<T>(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.address}/_matrix/client/v3${path}`, {
      method,
      headers: this.accessToken ? { authorization: `Bearer ${this.accessToken}` } : {},
      body: body && JSON.stringify(body),
    });
    const content = (await answer.json().catch(() => ({}))) as T & { errcode?: string; error?: string };
    if (!answer.ok) throw new HomeserverError(answer.status, content.errcode ?? "", content.error ?? `${method} ${path}`);
    return content;
  }
}

interface SignedIn {
  readonly user_id: string;
  readonly access_token: string;
}
