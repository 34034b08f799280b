import type { LogLevel } from "./log.ts";

/** What people of homeservers that are not this deployment's own may do here. Each includes those before it. */
export type ForeignAccess = "refuse" | "subscribe" | "publish" | "create";

/** How to find out whether somebody is in a room. */
export interface MembershipCheck {
  /** `member`: with the token of an account that is in every room of calls. `appservice`: an application service that asks in the person's own name. `synapse-admin`: Synapse's admin API. */
  readonly kind: "member" | "appservice" | "synapse-admin";
  /** Base address of the homeserver that is asked, without a trailing slash. */
  readonly url: string;
  readonly token: string;
}

/** Everything that can be configured. */
export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  readonly livekit: {
    /** What browsers connect to: `wss://rtc.example.org`. */
    readonly url: string;
    /** Where this service reaches the SFU's own API: `http://livekit:7880`. */
    readonly apiUrl: string;
    readonly apiKey: string;
    readonly apiSecret: string;
  };
  /** This deployment's own servers, by server name, with their base addresses where those need not be discovered. */
  readonly homeservers: ReadonlyMap<string, string | undefined>;
  readonly foreign: ForeignAccess;
  /** How long a token is good for connecting, in s. The SFU renews it for those who stay connected. */
  readonly ttl: number;
  /** Pages of which origins may ask; `*` is all. */
  readonly origins: readonly string[];
  /** Per client address. */
  readonly requestsPerMinute: number;
  /** How many proxies in front of this service add to `X-Forwarded-For`. */
  readonly proxies: number;
  /** Where pending leaves are kept. With neither file nor Redis they are kept in memory alone. */
  readonly stateFile?: string;
  readonly redisUrl?: string;
  readonly membership?: MembershipCheck;
  readonly logLevel: LogLevel;
}
