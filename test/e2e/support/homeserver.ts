import { randomBytes, randomUUID } from "node:crypto";

/** The server refused, in the words of the client-server API. */
export class RefusedError extends Error {
  readonly status: number;
  readonly errcode: string;

  constructor(status: number, errcode: string, message: string) {
    super(`${status} ${errcode}: ${message}`);
    this.status = status;
    this.errcode = errcode;
  }
}

/** A device as its keys stand on the server. */
export interface PublishedDevice {
  readonly deviceId: string;
  readonly ed25519: string;
  readonly curve25519: string;
  /** Ids of the keys that signed it: its own, and its owner's self-signing key once it is cross-signed. */
  readonly signedBy: readonly string[];
}

/** An event as the server has it, ciphertext included. */
export interface RawEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly content: Record<string, unknown>;
  readonly origin_server_ts: number;
  readonly unsigned?: { readonly transaction_id?: string };
}

/**
 * One device of one user on the bare client-server API, without any crypto: sets tests up, and says what the server really has.
 * Nothing of melo is used here.
 */
export class RawUser {
  readonly homeserver: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;

  constructor(homeserver: string, userId: string, deviceId: string, accessToken: string) {
    this.homeserver = homeserver;
    this.userId = userId;
    this.deviceId = deviceId;
    this.accessToken = accessToken;
  }

  /** One request; `path` begins with `/_matrix/`. */
  async call<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> {
    return call<T>(this.homeserver, method, path, body, this.accessToken);
  }

  /** Creates a room without encryption unless `initial_state` asks for it. */
  async createRoom(options: object = {}): Promise<string> {
    const { room_id } = await this.call<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", options);
    return room_id;
  }

  async invite(roomId: string, userId: string): Promise<void> {
    await this.call("POST", `${room(roomId)}/invite`, { user_id: userId });
  }

  async join(roomIdOrAlias: string): Promise<void> {
    await this.call("POST", `/_matrix/client/v3/join/${encodeURIComponent(roomIdOrAlias)}`, {});
  }

  async leave(roomId: string): Promise<void> {
    await this.call("POST", `${room(roomId)}/leave`, {});
  }

  /** Sends an event as it stands, in clear text. */
  async send(roomId: string, content: object, type = "m.room.message"): Promise<string> {
    const path = `${room(roomId)}/send/${encodeURIComponent(type)}/${randomUUID()}`;
    const { event_id } = await this.call<{ event_id: string }>("PUT", path, content);
    return event_id;
  }

  async sendText(roomId: string, body: string): Promise<string> {
    return this.send(roomId, { msgtype: "m.text", body });
  }

  async setState(roomId: string, type: string, content: object, stateKey = ""): Promise<void> {
    await this.call("PUT", `${room(roomId)}/state/${encodeURIComponent(type)}/${encodeURIComponent(stateKey)}`, content);
  }

  async event(roomId: string, eventId: string): Promise<RawEvent> {
    return this.call<RawEvent>("GET", `${room(roomId)}/event/${encodeURIComponent(eventId)}`);
  }

  /** All events of the room that the server shows this user, oldest first. */
  async events(roomId: string): Promise<RawEvent[]> {
    const events: RawEvent[] = [];
    for (let from = ""; ;) {
      const page = await this.call<{ chunk: RawEvent[]; end?: string }>("GET", `${room(roomId)}/messages?dir=f&limit=500${from}`);
      events.push(...page.chunk);
      if (!page.end || page.chunk.length === 0) return events;
      from = `&from=${encodeURIComponent(page.end)}`;
    }
  }

  /** Ids of all devices of this account that the server knows, this one left out. */
  async otherDevices(): Promise<string[]> {
    const { devices } = await this.call<{ devices: { device_id: string }[] }>("GET", "/_matrix/client/v3/devices");
    return devices.map(({ device_id }) => device_id).filter((id) => id !== this.deviceId);
  }

  /** The published devices of anybody. */
  async publishedDevices(userId: string): Promise<PublishedDevice[]> {
    const answer = await this.#keys(userId);
    return Object.values(answer.device_keys?.[userId] ?? {}).map(({ device_id, keys, signatures }) => ({
      deviceId: device_id,
      ed25519: keys[`ed25519:${device_id}`] ?? "",
      curve25519: keys[`curve25519:${device_id}`] ?? "",
      signedBy: Object.keys(signatures?.[userId] ?? {}),
    }));
  }

  /** The master key of anybody; `undefined` without cross-signing. */
  async masterKey(userId: string): Promise<string | undefined> {
    const answer = await this.#keys(userId);
    return Object.values(answer.master_keys?.[userId]?.keys ?? {})[0];
  }

  async deleteDevice(deviceId: string, password: string): Promise<void> {
    const path = `/_matrix/client/v3/devices/${encodeURIComponent(deviceId)}`;
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: this.userId }, password };
    const first = await fetch(this.homeserver + path, { method: "DELETE", headers: bearer(this.accessToken), body: "{}" });
    const { session } = (await first.json()) as { session?: string };
    if (first.status === 401) await this.call("DELETE", path, { auth: { ...auth, session } });
  }

  /** Ends this device, so that it does not count as one of the account's. */
  async logout(): Promise<void> {
    await this.call("POST", "/_matrix/client/v3/logout", {});
  }

  async #keys(userId: string): Promise<KeysAnswer> {
    return this.call<KeysAnswer>("POST", "/_matrix/client/v3/keys/query", { device_keys: { [userId]: [] } });
  }
}

interface KeysAnswer {
  readonly device_keys?: Record<
    string,
    Record<string, { device_id: string; keys: Record<string, string>; signatures?: Record<string, Record<string, string>> }>
  >;
  readonly master_keys?: Record<string, { keys: Record<string, string> }>;
}

/** An account that nobody has signed in to yet. */
export interface Account {
  /** Local part: what one types to sign in. */
  readonly name: string;
  readonly userId: string;
  readonly password: string;
}

/** Registers an account with a name of its own, that begins with `name`, and without a device. */
export async function register(homeserver: string, name: string): Promise<Account> {
  const username = `${name}-${randomBytes(5).toString("hex")}`;
  const password = randomBytes(12).toString("base64url");
  const body = { username, password, inhibit_login: true, auth: { type: "m.login.dummy" } };
  const { user_id } = await call<{ user_id: string }>(homeserver, "POST", "/_matrix/client/v3/register", body);
  return { name: username, userId: user_id, password };
}

/** Signs in as a further device that has no keys. */
export async function signIn(
  homeserver: string,
  { name, password }: Pick<Account, "name" | "password">,
  deviceId?: string,
): Promise<RawUser> {
  const body = { type: "m.login.password", identifier: { type: "m.id.user", user: name }, password, device_id: deviceId };
  const answer = await call<{ user_id: string; device_id: string; access_token: string }>(
    homeserver,
    "POST",
    "/_matrix/client/v3/login",
    body,
  );
  return new RawUser(homeserver, answer.user_id, answer.device_id, answer.access_token);
}

/** A fresh account, signed in on the bare API. */
export async function freshRawUser(homeserver: string, name: string): Promise<RawUser & Account> {
  const account = await register(homeserver, name);
  const user = await signIn(homeserver, account);
  return Object.assign(user, { name: account.name, password: account.password });
}

async function call<T>(homeserver: string, method: string, path: string, body?: object, accessToken?: string): Promise<T> {
  const answer = await fetch(homeserver + path, { method, headers: bearer(accessToken), body: body && JSON.stringify(body) });
  const content = (await answer.json().catch(() => ({}))) as T & { errcode?: string; error?: string };
  if (!answer.ok) throw new RefusedError(answer.status, content.errcode ?? "", content.error ?? `${method} ${path}`);
  return content;
}

function bearer(accessToken: string | undefined): Record<string, string> {
  return accessToken ? { authorization: `Bearer ${accessToken}` } : {};
}

function room(roomId: string): string {
  return `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
}
