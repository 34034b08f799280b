import { createLog } from "../../../server/log.ts";
import { readEnvironment } from "../../../server/environment.ts";
import { startTokenApi } from "../../../server/token-api.ts";
import { atEnd } from "./at-end.ts";
import type { environment } from "./environment.ts";
import type { RawUser } from "./homeserver.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A token API, as somebody who knows only its address sees it. */
export class TokenApiClient {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async post(path: string, body?: object | string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    const answer = await fetch(this.address + path, {
      method: "POST",
      body: text,
      headers: { "content-type": "application/json", ...headers },
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }

  async get(path: string): Promise<Answer> {
    const answer = await fetch(this.address + path);
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }
}

/** A token API in this process, with settings of its own, on the homeserver and the SFU of the environment. */
export async function ownTokenApi(
  { livekit, serverName, homeserver }: Pick<Awaited<ReturnType<typeof environment>>, "livekit" | "serverName" | "homeserver">,
  settings: Readonly<Record<string, string>> = {},
): Promise<TokenApiClient & { readonly log: readonly string[] }> {
  const config = readEnvironment({
    LIVEKIT_URL: livekit.url,
    LIVEKIT_API_URL: livekit.address,
    LIVEKIT_API_KEY: livekit.apiKey,
    LIVEKIT_API_SECRET: livekit.apiSecret,
    TOKEN_API_LISTEN: "127.0.0.1:0",
    TOKEN_API_HOMESERVERS: `${serverName}=${homeserver}`,
    TOKEN_API_RATE: "100000",
    ...settings,
  });
  const log: string[] = [];
  const api = await startTokenApi(
    config,
    createLog("debug", (line) => log.push(line)),
  );
  atEnd(() => api.stop());
  return Object.assign(new TokenApiClient(`http://127.0.0.1:${api.port}`), { log });
}

/** A token that proves to third parties who the user is. Client-server API, "OpenID". */
export async function openidToken(user: RawUser): Promise<Readonly<Record<string, unknown>>> {
  return user.call("POST", `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/openid/request_token`, {});
}

export interface Claims {
  readonly sub: string;
  readonly exp: number;
  readonly nbf: number;
  readonly video: Readonly<Record<string, unknown>>;
}

/** What a token says; its signature is not looked at. */
export function claimsOf(jwt: unknown): Claims {
  return JSON.parse(Buffer.from(String(jwt).split(".")[1] ?? "", "base64url").toString("utf8")) as Claims;
}
