import { caddyfile, type CaddySettings } from "./caddyfile.ts";
import { coturnConfig } from "./coturn.ts";
import { appserviceTokens, type Env } from "./env-file.ts";
import { homeserverConfig, LOG_CONFIG, tokenApiRegistration, type HomeserverSettings } from "./homeserver.ts";
import { livekitConfig } from "./livekit.ts";
import { tokenApiEnvironment } from "./token-api.ts";

/** Where the parts of a deployment listen, find each other and keep their files: in containers, or as plain processes of one machine. */
export interface Layout {
  /** The port that browsers have to name, unless it is 443. */
  readonly publicPort?: number;
  readonly homeserver: { readonly bind: readonly string[]; readonly port: number; readonly inside: string } & Pick<
    HomeserverSettings,
    "paths"
  >;
  readonly database: { readonly host: string; readonly port: number };
  readonly livekit: {
    readonly bind: readonly string[];
    readonly port: number;
    readonly media: { readonly udp: number; readonly tcp: number };
    readonly inside: string;
    readonly loopback?: boolean;
  };
  readonly tokenApi: { readonly listen: string; readonly inside: string; readonly stateFile: string };
  readonly web: Pick<CaddySettings, "bind" | "ports" | "folders" | "storage"> & { readonly tls: "acme" | "internal" };
  readonly turn: {
    readonly bind?: string;
    readonly ports: { readonly plain: number; readonly tls: number; readonly relayFrom: number; readonly relayTo: number };
    /** The certificate and its key, as Caddy's storage names them. */
    readonly certificate: (host: string) => { readonly certificate: string; readonly key: string };
    readonly loopback?: boolean;
  };
  readonly redis: { readonly address: string };
}

/** The name of LiveKit's API key. It is no secret. */
const LIVEKIT_KEY = "melo";

const ACME_FOLDER = "caddy/certificates/acme-v02.api.letsencrypt.org-directory";

/** The containers of deploy/compose.yaml. */
export const CONTAINERS: Layout = {
  homeserver: {
    bind: ["0.0.0.0"],
    port: 8008,
    inside: "http://synapse:8008",
    paths: {
      media: "/data/media",
      signingKey: "/config/signing.key",
      logConfig: "/config/log.yaml",
      tokenApi: "/config/token-api.yaml",
    },
  },
  database: { host: "postgres", port: 5432 },
  livekit: { bind: ["0.0.0.0"], port: 7880, media: { udp: 7882, tcp: 7881 }, inside: "http://livekit:7880" },
  tokenApi: { listen: "0.0.0.0:8080", inside: "http://token-api:8080", stateFile: "/data/pending-leaves.json" },
  web: { ports: { http: 8080, https: 8443, health: 8081 }, tls: "acme", folders: { melo: "/srv/melo", site: "/srv/site" } },
  turn: {
    ports: { plain: 3478, tls: 5349, relayFrom: 49_160, relayTo: 49_260 },
    certificate: (host) => ({
      certificate: `/caddy/${ACME_FOLDER}/${host}/${host}.crt`,
      key: `/caddy/${ACME_FOLDER}/${host}/${host}.key`,
    }),
  },
  redis: { address: "redis:6379" },
};

/** One file of the configuration, by its path below deploy/run. */
export type Files = Readonly<Record<string, string>>;

/** All files of a deployment's configuration. */
export function configurationFiles(env: Env, layout: Layout = CONTAINERS): Files {
  const host = layout.publicPort ? `${env.MELO_HOST}:${layout.publicPort}` : env.MELO_HOST;
  const turn = env.MELO_TURN_HOST ? { host: env.MELO_TURN_HOST, port: layout.turn.ports.tls, secret: env.SECRET_TURN } : undefined;
  const tokens = appserviceTokens(env);
  const hasRedis = env.COMPOSE_PROFILES.split(",").includes("redis");
  const json = (value: object) =>
    `# Made by deploy/init out of deploy/.env: a change here is lost the next time it runs.\n${JSON.stringify(value, null, 2)}\n`;
  return {
    "synapse/homeserver.yaml": json(
      homeserverConfig({
        serverName: env.MELO_DOMAIN,
        publicAddress: `https://${host}`,
        ...layout.homeserver,
        database: { kind: "postgres", ...layout.database, password: env.SECRET_DATABASE },
        secrets: { registration: env.SECRET_REGISTRATION, macaroon: env.SECRET_MACAROON, form: env.SECRET_FORM },
        tokenApi: `https://${host}/livekit/jwt`,
        limits: "public",
        registration: env.MELO_REGISTRATION === "token" ? "token" : "closed",
        federation: env.MELO_FEDERATION === "on" ? "on" : "off",
      }),
    ),
    "synapse/log.yaml": json(LOG_CONFIG),
    "synapse/token-api.yaml": json(tokenApiRegistration(tokens)),
    "synapse/signing.key": `ed25519 a_melo ${env.SECRET_SIGNING_KEY}\n`,
    "livekit.yaml": json(
      livekitConfig({
        ...layout.livekit,
        address: env.MELO_ADDRESS,
        key: LIVEKIT_KEY,
        secret: env.SECRET_LIVEKIT,
        webhook: `${layout.tokenApi.inside}/sfu_webhook`,
        turn,
        redis: hasRedis ? { address: layout.redis.address, password: env.SECRET_REDIS } : undefined,
      }),
    ),
    "token-api.env": environmentFile(
      tokenApiEnvironment({
        listen: layout.tokenApi.listen,
        sfu: `wss://${host}/livekit/sfu`,
        sfuInside: layout.livekit.inside,
        key: LIVEKIT_KEY,
        secret: env.SECRET_LIVEKIT,
        serverName: env.MELO_DOMAIN,
        homeserverInside: layout.homeserver.inside,
        foreign: "subscribe",
        proxies: 1,
        appserviceToken: tokens.appserviceToken,
        ...(hasRedis ? { redis: `redis://:${env.SECRET_REDIS}@${layout.redis.address}` } : { stateFile: layout.tokenApi.stateFile }),
      }),
    ),
    Caddyfile: caddyfile({
      host,
      serverName: env.MELO_DOMAIN,
      ...layout.web,
      tls: layout.web.tls === "acme" ? { kind: "acme", mail: env.MELO_MAIL } : { kind: "internal" },
      alsoNamed: turn && (layout.publicPort ? `${turn.host}:${layout.publicPort}` : turn.host),
      upstreams: { homeserver: layout.homeserver.inside, livekit: [layout.livekit.inside], tokenApi: [layout.tokenApi.inside] },
    }),
    "database-password": env.SECRET_DATABASE,
    "redis.conf": `requirepass ${env.SECRET_REDIS}\nsave ""\nappendonly yes\ndir /data\n`,
    "turnserver.conf": coturnConfig({
      host: env.MELO_TURN_HOST || env.MELO_HOST,
      address: env.MELO_ADDRESS,
      secret: env.SECRET_TURN,
      ...layout.turn,
      ...layout.turn.certificate(env.MELO_TURN_HOST || env.MELO_HOST),
    }),
  };
}

function environmentFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
