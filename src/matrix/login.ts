import { MeloError } from "../internal/errors.js";
import { HomeserverRefusal, homeserverRequest } from "./homeserver-request.js";

/** Ways to sign in that the server offers and melo knows. Client-server specification, "Login". */
export interface LoginFlows {
  readonly password: boolean;
  readonly token: boolean;
  readonly jwt: boolean;
  /** Identity providers of `m.login.sso`; one without an id where the server names none. */
  readonly sso: readonly { readonly id?: string; readonly name?: string; readonly icon?: string }[];
}

/** One attempt to sign in. */
export type SignIn =
  | { readonly type: "password"; readonly user: string; readonly password: string }
  /** `m.login.token`, as an SSO redirect brings it back. */
  | { readonly type: "token"; readonly token: string }
  /** `org.matrix.login.jwt`. */
  | { readonly type: "jwt"; readonly token: string };

/** What a login gives. */
export interface LoginResult {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

const LOGIN = "/_matrix/client/v3/login";

/** Asks for the ways to sign in. Rejects with a homeserver error. */
export async function loginFlows(baseUrl: string): Promise<LoginFlows> {
  const { flows } = await homeserverRequest(baseUrl, LOGIN);
  if (!Array.isArray(flows)) throw new MeloError("homeserver-invalid", "The server names no ways to sign in.");
  const ofType = (type: string) => flows.find((flow): flow is Record<string, unknown> => isRecord(flow) && flow["type"] === type);
  return {
    password: ofType("m.login.password") !== undefined,
    token: ofType("m.login.token") !== undefined,
    jwt: ofType("org.matrix.login.jwt") !== undefined,
    sso: providersOf(ofType("m.login.sso")),
  };
}

/**
 * Logs in: a new device, or the one named. No refresh token is asked for: the access token then lasts until the session ends.
 * Rejects `login-rejected`, `login-unsupported`, `rate-limited` or a homeserver error.
 */
export async function login(
  baseUrl: string,
  attempt: SignIn,
  device: { readonly id?: string; readonly name?: string },
): Promise<LoginResult> {
  const body = { ...fieldsOf(attempt), device_id: device.id, initial_device_display_name: device.name };
  let answer: Record<string, unknown>;
  try {
    answer = await homeserverRequest(baseUrl, LOGIN, { method: "POST", body });
  } catch (error) {
    throw await rejection(baseUrl, attempt, MeloError.from(error));
  }
  const { user_id: userId, device_id: deviceId, access_token: accessToken } = answer;
  if (typeof userId !== "string" || typeof deviceId !== "string" || typeof accessToken !== "string") {
    throw new MeloError("homeserver-invalid", "The server's answer to the login is incomplete.");
  }
  return { userId, deviceId, accessToken };
}

/** Ends the session of `accessToken` on the server. A token that is dead already is no error. */
export async function logout(baseUrl: string, accessToken: string): Promise<void> {
  try {
    await homeserverRequest(baseUrl, "/_matrix/client/v3/logout", {
      method: "POST",
      body: {},
      accessToken,
      timeout: 5_000,
      keepalive: true,
    });
  } catch (error) {
    if (MeloError.from(error).code !== "signed-out") throw error;
  }
}

/** Where the visitor goes for single sign-on; the server sends them back to `returnTo` with a `loginToken`. */
export function ssoRedirectUrl(baseUrl: string, returnTo: string, providerId?: string): string {
  const path = providerId === undefined ? "" : `/${encodeURIComponent(providerId)}`;
  return `${baseUrl}/_matrix/client/v3/login/sso/redirect${path}?redirectUrl=${encodeURIComponent(returnTo)}`;
}

/** New tokens for a refresh token. Rejects `signed-out` when the server no longer knows it. Client-server specification, "Refresh access tokens". */
export async function refreshTokens(
  baseUrl: string,
  refreshToken: string,
): Promise<{ readonly accessToken: string; readonly refreshToken: string; readonly expiresAt?: number }> {
  const answer = await homeserverRequest(baseUrl, "/_matrix/client/v3/refresh", { method: "POST", body: { refresh_token: refreshToken } });
  const { access_token: accessToken, refresh_token: next, expires_in_ms: lifetime } = answer;
  if (typeof accessToken !== "string") throw new MeloError("homeserver-invalid", "The server's answer to the refresh has no token.");
  return {
    accessToken,
    refreshToken: typeof next === "string" ? next : refreshToken,
    expiresAt: typeof lifetime === "number" ? Date.now() + lifetime : undefined,
  };
}

function fieldsOf(attempt: SignIn): Record<string, unknown> {
  switch (attempt.type) {
    case "password":
      return { type: "m.login.password", identifier: identifierOf(attempt.user.trim()), password: attempt.password };
    case "token":
      return { type: "m.login.token", token: attempt.token };
    case "jwt":
      return { type: "org.matrix.login.jwt", token: attempt.token };
  }
}

function identifierOf(user: string): Record<string, string> {
  const isEmail = !user.startsWith("@") && /^[^@\s]+@[^@\s]+$/.test(user);
  return isEmail ? { type: "m.id.thirdparty", medium: "email", address: user } : { type: "m.id.user", user };
}

async function rejection(baseUrl: string, attempt: SignIn, error: MeloError): Promise<MeloError> {
  const { cause } = error;
  if (!(cause instanceof HomeserverRefusal) || error.code === "rate-limited" || error.code === "homeserver-unreachable") return error;
  const isWrongPassword = attempt.type === "password" && cause.errcode === "M_FORBIDDEN"; // the usual case needs no second question
  const flows = isWrongPassword ? undefined : await loginFlows(baseUrl).catch(() => undefined);
  if (flows && !flows[attempt.type])
    return new MeloError("login-unsupported", `The server does not offer to sign in by ${attempt.type}.`, { cause });
  return new MeloError("login-rejected", cause.message, { cause });
}

/** Providers whose fields have the right types; what is broken is left out. */
function providersOf(flow: Record<string, unknown> | undefined): LoginFlows["sso"] {
  if (!flow) return [];
  const { identity_providers: providers } = flow;
  if (!Array.isArray(providers) || providers.length === 0) return [{}];
  return providers
    .filter(isRecord)
    .flatMap(({ id, name, icon }) =>
      typeof id === "string"
        ? [{ id, name: typeof name === "string" ? name : undefined, icon: typeof icon === "string" ? icon : undefined }]
        : [],
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
