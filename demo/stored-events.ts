/** An event as the server keeps it, nothing left out. */
export interface StoredEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly origin_server_ts: number;
  readonly state_key?: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface Account {
  readonly homeserver: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Reads a room as the server has it: with an access of its own that holds no keys, by plain requests, without melo.
 * Calls `onEvents` with the newest 30 events, then with what comes, oldest first, until `signal` aborts; then gives the access back.
 */
export async function followStoredEvents(
  account: Account,
  alias: string,
  onEvents: (events: readonly StoredEvent[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const { access_token: token } = await login(account, "What the server stores");
  const call = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const url = `${account.homeserver}/_matrix/client/v3${path}`;
    const response = await fetch(url, { signal, ...init, headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${path} answers ${response.status}`);
    return (await response.json()) as T;
  };
  signal.addEventListener("abort", () => void call("/logout", { method: "POST", signal: null, keepalive: true }));

  const { room_id: roomId } = await call<{ room_id: string }>(`/directory/room/${encodeURIComponent(alias)}`);
  const filter = encodeURIComponent(JSON.stringify({ room: { rooms: [roomId], timeline: { limit: 30 } }, presence: { types: [] } }));
  let since = "";
  while (!signal.aborted) {
    const sync = await call<SyncAnswer>(`/sync?filter=${filter}&timeout=${since ? 30_000 : 0}${since && `&since=${since}`}`);
    const events = sync.rooms?.join?.[roomId]?.timeline?.events ?? [];
    if (events.length) onEvents(events);
    since = encodeURIComponent(sync.next_batch);
  }
}

export interface Access {
  readonly access_token: string;
  readonly user_id: string;
  readonly device_id: string;
}

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, { readonly timeline?: { readonly events: readonly StoredEvent[] } }>> };
}

/** A new access token, on a device of that name. */
export async function login({ homeserver, username, password }: Account, deviceName: string): Promise<Access> {
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: username },
    password,
    initial_device_display_name: deviceName,
  };
  const response = await fetch(`${homeserver}/_matrix/client/v3/login`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`/login answers ${response.status}`);
  return (await response.json()) as Access;
}
