import { caddyfile, type CaddySettings } from "./caddyfile.ts";
import { coturnConfig } from "./coturn.ts";
import { appserviceTokens, replicationSecret, type Env } from "./env-file.ts";
import { homeserverConfig, LOG_CONFIG, tokenApiRegistration, WORKER_PATHS, workerConfig, type HomeserverSettings } from "./homeserver.ts";
import { livekitConfig, type LivekitSettings } from "./livekit.ts";
import { tokenApiEnvironment } from "./token-api.ts";

/** Where the parts of a deployment listen, find each other and keep their files: in containers, or as plain processes of one machine. */
export interface Layout {
  /** The port that browsers have to name, unless it is 443. */
  readonly publicPort?: number;
  readonly homeserver: { readonly bind: readonly string[]; readonly port: number; readonly inside: string } & Pick<
    HomeserverSettings,
    "paths"
  >;
  /** Further processes of the homeserver, and where the first one listens for them. */
  readonly workers: {
    readonly replication: { readonly host: string; readonly port: number };
    readonly all: readonly { readonly name: string; readonly port: number; readonly inside: string }[];
  };
  readonly database: { readonly host: string; readonly port: number };
  readonly livekit: {
    readonly bind: readonly string[];
    readonly port: number;
    readonly media: { readonly udp: number; readonly tcp: number };
    readonly inside: string;
    readonly loopback?: boolean;
  };
  /** Further LiveKit nodes, in place of those of `.env`. */
  readonly furtherNodes?: readonly NodePlace[];
  readonly tokenApi: {
    readonly listen: string;
    readonly inside: string;
    readonly stateFile: string;
    /** A second one, where there is Redis. */
    readonly second: { readonly listen: string; readonly inside: string };
  };
  readonly web: Pick<CaddySettings, "bind" | "ports" | "folders" | "own" | "storage"> & {
    readonly tls: "acme" | "internal";
    readonly anyLivekit: NonNullable<CaddySettings["anyLivekit"]>;
  };
  readonly turn: {
    readonly bind?: string;
    readonly ports: { readonly plain: number; readonly tls: number; readonly relayFrom: number; readonly relayTo: number };
    /** The certificate and its key, as Caddy's storage names them. */
    readonly certificate: (host: string) => { readonly certificate: string; readonly key: string };
    readonly loopback?: boolean;
  };
  /** `folder`: where Redis keeps its file, as it sees it. */
  readonly redis: { readonly address: string; readonly folder: string };
}

/** One more LiveKit node. */
export interface NodePlace extends Pick<LivekitSettings, "bind" | "port" | "media" | "address" | "loopback" | "webhooks"> {
  /** Its folder below deploy/run. */
  readonly folder: string;
  /** Where the web server reaches it. */
  readonly inside: string;
  /** Where it reaches Redis. */
  readonly redis: string;
  /** Further files for its machine. */
  readonly files?: Files;
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
  workers: {
    replication: { host: "synapse", port: 9093 },
    all: ["synapse-worker-1", "synapse-worker-2"].map((name) => ({ name, port: 8008, inside: `http://${name}:8008` })),
  },
  database: { host: "postgres", port: 5432 },
  livekit: { bind: ["0.0.0.0"], port: 7880, media: { udp: 7882, tcp: 7881 }, inside: "http://livekit:7880" },
  tokenApi: {
    listen: "0.0.0.0:8080",
    inside: "http://token-api:8080",
    stateFile: "/data/pending-leaves.json",
    second: { listen: "0.0.0.0:8080", inside: "http://token-api-2:8080" },
  },
  web: {
    ports: { http: 8080, https: 8443, health: 8081 },
    tls: "acme",
    folders: { melo: "/srv/melo", site: "/srv/site" },
    anyLivekit: { host: "caddy", port: 8082 },
    own: "/caddy.d",
  },
  turn: {
    ports: { plain: 3478, tls: 5349, relayFrom: 49_160, relayTo: 49_260 },
    certificate: (host) => ({
      certificate: `/caddy/${ACME_FOLDER}/${host}/${host}.crt`,
      key: `/caddy/${ACME_FOLDER}/${host}/${host}.key`,
    }),
  },
  redis: { address: "redis:6379", folder: "/data" },
};

/** One file of the configuration, by its path below deploy/run. */
export type Files = Readonly<Record<string, string>>;

/** All files of a deployment's configuration. */
export function configurationFiles(env: Env, layout: Layout = CONTAINERS): Files {
  const host = layout.publicPort ? `${env.MELO_HOST}:${layout.publicPort}` : env.MELO_HOST;
  const turn = env.MELO_TURN_HOST ? { host: env.MELO_TURN_HOST, port: layout.turn.ports.tls, secret: env.SECRET_TURN } : undefined;
  const tokens = appserviceTokens(env);
  const profiles = env.COMPOSE_PROFILES.split(",");
  const hasRedis = profiles.includes("redis");
  const workers = hasRedis && profiles.includes("workers") ? layout.workers.all : [];
  const tokenApis = [layout.tokenApi, ...(hasRedis ? [layout.tokenApi.second] : [])];
  const furtherNodes = hasRedis ? (layout.furtherNodes ?? nodesOf(env, host)) : [];
  const anyLivekit = furtherNodes.length > 0 ? layout.web.anyLivekit : undefined;
  const livekit = (place: Omit<NodePlace, "folder" | "inside">) =>
    json(
      livekitConfig({
        ...place,
        key: LIVEKIT_KEY,
        secret: env.SECRET_LIVEKIT,
        turn,
        redis: hasRedis ? { address: place.redis, password: env.SECRET_REDIS } : undefined,
      }),
    );
  const tokenApi = (listen: string) =>
    environmentFile(
      tokenApiEnvironment({
        listen,
        sfu: `wss://${host}/livekit/sfu`,
        sfuInside: anyLivekit ? `http://${anyLivekit.host}:${anyLivekit.port}` : layout.livekit.inside,
        key: LIVEKIT_KEY,
        secret: env.SECRET_LIVEKIT,
        serverName: env.MELO_DOMAIN,
        homeserverInside: layout.homeserver.inside,
        foreign: "subscribe",
        proxies: 1,
        appserviceToken: tokens.appserviceToken,
        ...(hasRedis ? { redis: `redis://:${env.SECRET_REDIS}@${layout.redis.address}` } : { stateFile: layout.tokenApi.stateFile }),
      }),
    );
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
        ...(workers.length > 0 && {
          workers: {
            replication: layout.workers.replication,
            secret: replicationSecret(env),
            redis: { ...hostAndPort(layout.redis.address), password: env.SECRET_REDIS },
          },
        }),
      }),
    ),
    ...Object.fromEntries(
      workers.map(({ name, port }) => [
        `synapse/${name}.yaml`,
        json(workerConfig({ name, bind: layout.homeserver.bind, port, logConfig: layout.homeserver.paths.logConfig })),
      ]),
    ),
    "synapse/log.yaml": json(LOG_CONFIG),
    "synapse/token-api.yaml": json(tokenApiRegistration(tokens)),
    "synapse/signing.key": `ed25519 a_melo ${env.SECRET_SIGNING_KEY}\n`,
    "livekit.yaml": livekit({
      ...layout.livekit,
      address: env.MELO_ADDRESS,
      redis: layout.redis.address,
      webhooks: tokenApis.map(({ inside }) => `${inside}/sfu_webhook`),
    }),
    ...Object.fromEntries(
      furtherNodes.flatMap((node) => [
        [`${node.folder}/livekit.yaml`, livekit(node)],
        ...Object.entries(node.files ?? {}).map(([name, content]) => [`${node.folder}/${name}`, content]),
      ]),
    ),
    "token-api.env": tokenApi(layout.tokenApi.listen),
    ...(hasRedis && { "token-api-2.env": tokenApi(layout.tokenApi.second.listen) }),
    Caddyfile: caddyfile({
      host,
      serverName: env.MELO_DOMAIN,
      ...layout.web,
      anyLivekit,
      ...(workers.length > 0 && { workers: { upstreams: workers.map(({ inside }) => inside), paths: WORKER_PATHS } }),
      tls: layout.web.tls === "acme" ? { kind: "acme", mail: env.MELO_MAIL } : { kind: "internal" },
      alsoNamed: turn && (layout.publicPort ? `${turn.host}:${layout.publicPort}` : turn.host),
      upstreams: {
        homeserver: layout.homeserver.inside,
        livekit: [layout.livekit, ...furtherNodes].map(({ inside }) => inside),
        tokenApi: tokenApis.map(({ inside }) => inside),
      },
    }),
    "database-password": env.SECRET_DATABASE,
    "redis.conf": `requirepass ${env.SECRET_REDIS}\nsave ""\nappendonly yes\ndir ${layout.redis.folder}\n`,
    "turnserver.conf": coturnConfig({
      host: env.MELO_TURN_HOST || env.MELO_HOST,
      address: env.MELO_ADDRESS,
      secret: env.SECRET_TURN,
      ...layout.turn,
      ...layout.turn.certificate(env.MELO_TURN_HOST || env.MELO_HOST),
    }),
  };
}

/** The further nodes of `.env`, each on a machine of its own (deploy/node.compose.yaml). */
function nodesOf(env: Env, host: string): NodePlace[] {
  return env.MELO_NODES.split(",")
    .filter(Boolean)
    .map((pair) => {
      const [address = "", inside = ""] = pair.split("=");
      const { bind, port, media } = CONTAINERS.livekit;
      return {
        folder: `nodes/${address}`,
        address,
        ...{ bind, port, media },
        inside: `http://${inside}:${port}`,
        redis: `${env.MELO_PRIVATE}:6379`,
        webhooks: [`https://${host}/livekit/jwt/sfu_webhook`], // signed; the token API itself is on no network of theirs
        files: { ".env": environmentFile({ MELO_UID: env.MELO_UID, MELO_GID: env.MELO_GID, MELO_PRIVATE: inside }) },
      };
    });
}

function hostAndPort(address: string): { host: string; port: number } {
  const [host = "", port] = address.split(":");
  return { host, port: Number(port) };
}

function json(value: object): string {
  return `# Made by deploy/init out of deploy/.env: a change here is lost the next time it runs.\n${JSON.stringify(value, null, 2)}\n`;
}

function environmentFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
