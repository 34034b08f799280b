import type { DemoStack } from "./stack-info.js";

/** The two people of one run of the page, and where they talk. */
export interface TrustAccounts {
  readonly homeserver: string;
  readonly alice: DemoAccount;
  readonly bob: DemoAccount;
}

export interface DemoAccount {
  readonly username: string;
  readonly userId: string;
  /** The demo server says it to everybody on this machine: it is kept nowhere. */
  readonly password: string;
}

const KEPT = "melo-demo-trust";

/** The accounts of the last visit, if the server still knows them; else new ones. New ones have no past: every step can be tried from its beginning. */
export async function trustAccounts(stack: DemoStack, afresh: boolean): Promise<TrustAccounts> {
  const suffix = afresh ? undefined : (localStorage.getItem(KEPT) ?? undefined);
  const known = suffix && (await accountsOf(stack, suffix, false).catch(() => undefined));
  if (known) return known;
  const fresh = Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const accounts = await accountsOf(stack, fresh, true);
  localStorage.setItem(KEPT, fresh);
  return accounts;
}

async function accountsOf(stack: DemoStack, suffix: string, register: boolean): Promise<TrustAccounts> {
  const { homeserver, serverName, users } = stack;
  const account = async (name: string): Promise<DemoAccount> => {
    const username = `${name}-${suffix}`;
    const { password, displayName } = users.find((user) => user.username === name)!;
    if (register) await enrol(homeserver, username, password, displayName);
    else if (!(await exists(homeserver, username))) throw new Error(`${username} is not there any more.`);
    return { username, password, userId: `@${username}:${serverName}` };
  };
  const [alice, bob] = await Promise.all([account("alice"), account("bob")]);
  return { homeserver, alice, bob };
}

/** Registers somebody who is called as people are. The access that this takes ends at once. */
async function enrol(homeserver: string, username: string, password: string, displayname: string): Promise<void> {
  const body = { username, password, auth: { type: "m.login.dummy" } };
  const { access_token, user_id } = await call<{ access_token: string; user_id: string }>(homeserver, "/register", body);
  const headers = { authorization: `Bearer ${access_token}` };
  const profile = `${homeserver}/_matrix/client/v3/profile/${encodeURIComponent(user_id)}/displayname`;
  await fetch(profile, { method: "PUT", headers, body: JSON.stringify({ displayname }) }); // without a name they go by their address
  await fetch(`${homeserver}/_matrix/client/v3/logout`, { method: "POST", headers, body: "{}" });
}

async function exists(homeserver: string, username: string): Promise<boolean> {
  const answer = await fetch(`${homeserver}/_matrix/client/v3/register/available?username=${encodeURIComponent(username)}`);
  return answer.status === 400;
}

/** An access of its own, without any keys: what it sees, whoever runs the server sees. */
export async function accessOf({ homeserver }: TrustAccounts, { username, password }: DemoAccount): Promise<string> {
  const identifier = { type: "m.id.user", user: username };
  const body = { type: "m.login.password", identifier, password, initial_device_display_name: "What the server holds" };
  return (await call<{ access_token: string }>(homeserver, "/login", body)).access_token;
}

async function call<T = object>(homeserver: string, path: string, body: object): Promise<T> {
  const answer = await fetch(`${homeserver}/_matrix/client/v3${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return (await answer.json()) as T;
}
