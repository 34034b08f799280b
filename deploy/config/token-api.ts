/** All in which one token API of melo differs from another. */
export interface TokenApiSettings {
  readonly listen: string;
  /** What browsers connect to: `wss://example.org/livekit/sfu`. */
  readonly sfu: string;
  /** Where the service itself reaches the SFU: `http://livekit:7880`. */
  readonly sfuInside: string;
  readonly key: string;
  readonly secret: string;
  readonly serverName: string;
  /** Where the service itself reaches the homeserver: `http://synapse:8008`. */
  readonly homeserverInside: string;
  /** What people of other homeservers may do. */
  readonly foreign: "refuse" | "subscribe" | "publish" | "create";
  /** How many proxies in front of it can be believed about the visitor's address. */
  readonly proxies: number;
  /** Where leaves are kept that are still to come: one of the two. */
  readonly stateFile?: string;
  readonly redis?: string;
  /** The token of the application service that it asks with who is in which room. Without it, nobody is asked. */
  readonly appserviceToken?: string;
}

/** The token API's environment (docs/token-api.md). */
export function tokenApiEnvironment(settings: TokenApiSettings): Readonly<Record<string, string>> {
  return {
    LIVEKIT_URL: settings.sfu,
    LIVEKIT_API_URL: settings.sfuInside,
    LIVEKIT_API_KEY: settings.key,
    LIVEKIT_API_SECRET: settings.secret,
    TOKEN_API_LISTEN: settings.listen,
    TOKEN_API_HOMESERVERS: `${settings.serverName}=${settings.homeserverInside}`,
    TOKEN_API_FOREIGN: settings.foreign,
    TOKEN_API_PROXIES: String(settings.proxies),
    ...(settings.stateFile && { TOKEN_API_STATE_FILE: settings.stateFile }),
    ...(settings.redis && { TOKEN_API_REDIS_URL: settings.redis }),
    ...(settings.appserviceToken && { TOKEN_API_MEMBERSHIP: "appservice", TOKEN_API_MEMBERSHIP_TOKEN: settings.appserviceToken }),
  };
}
