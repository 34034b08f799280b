/** Where Synapse keeps its data. */
export type Database =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgres"; readonly host: string; readonly port: number; readonly password: string };

/** All in which one homeserver of melo differs from another. The developer's stack and a deployment both fill this in, and share everything else. */
export interface HomeserverSettings {
  /** The part of user ids after the colon. */
  readonly serverName: string;
  /** What browsers call it, without a trailing slash. */
  readonly publicAddress: string;
  readonly bind: readonly string[];
  readonly port: number;
  readonly database: Database;
  /** As the homeserver's process sees them. */
  readonly paths: {
    readonly media: string;
    readonly signingKey: string;
    readonly logConfig: string;
    readonly pidFile?: string;
    /** The token API as an application service ({@link tokenApiRegistration}), where it is to ask who is in which room. */
    readonly tokenApi?: string;
  };
  readonly secrets: { readonly registration: string; readonly macaroon: string; readonly form: string };
  /** Where browsers reach the token API, without a trailing slash. Without one, the server offers no calls. */
  readonly tokenApi?: string;
  /** `public`: for a server on the internet. `none`: for tests, which do in a minute what people do in a month. */
  readonly limits: "public" | "none";
  readonly registration: "closed" | "token" | "open";
  /** Whether people of other servers can be talked to. `unlisted`: they could, but no server is asked for others' keys: where there is no internet. */
  readonly federation: "on" | "off" | "unlisted";
  /** Further processes, which take over what {@link workerConfig} lists: how they reach this one, and how all hear of each other. */
  readonly workers?: {
    readonly replication: { readonly host: string; readonly port: number };
    readonly secret: string;
    readonly redis: { readonly host: string; readonly port: number; readonly password: string };
  };
  /** Lets a page sign its own users in by tokens (HS256). */
  readonly jwt?: { readonly secret: string; readonly issuer: string; readonly audience: string };
  /** The cost of a password's hash (bcrypt); Synapse's own default is 12. */
  readonly passwordRounds?: number;
}

const UNLIMITED = { per_second: 10_000, burst_count: 10_000 };

const NO_LIMITS = {
  rc_message: UNLIMITED,
  rc_registration: UNLIMITED,
  rc_registration_token_validity: UNLIMITED,
  rc_login: { address: UNLIMITED, account: UNLIMITED, failed_attempts: UNLIMITED },
  rc_joins: { local: UNLIMITED, remote: UNLIMITED },
  rc_joins_per_room: UNLIMITED,
  rc_invites: { per_room: UNLIMITED, per_user: UNLIMITED, per_issuer: UNLIMITED },
  rc_room_creation: UNLIMITED,
  rc_key_requests: UNLIMITED,
  rc_media_create: UNLIMITED,
  rc_presence: { per_user: UNLIMITED },
  rc_delayed_event_mgmt: UNLIMITED,
};

/**
 * What calls need above Synapse's defaults. Whoever is in a call restarts a delayed event every five seconds, and joining sends several events at once
 * (the figures are those of Element Call's self-hosting guide). A whole office signs in from one address; guessing one account's password stays slow.
 */
const CALL_LIMITS = {
  rc_message: { per_second: 0.5, burst_count: 30 },
  rc_delayed_event_mgmt: { per_second: 1, burst_count: 20 },
  rc_login: {
    address: { per_second: 0.1, burst_count: 30 },
    account: { per_second: 0.05, burst_count: 10 },
    failed_attempts: { per_second: 0.02, burst_count: 5 },
  },
};

/** `homeserver.yaml`, as an object: JSON is YAML. */
export function homeserverConfig(settings: HomeserverSettings): object {
  const { paths, secrets, jwt, tokenApi, workers } = settings;
  return {
    server_name: settings.serverName,
    public_baseurl: `${settings.publicAddress}/`, // also what /.well-known/matrix/client answers
    listeners: [
      {
        port: settings.port,
        bind_addresses: settings.bind,
        type: "http",
        tls: false,
        x_forwarded: true,
        // The token API asks at `openid` who somebody is, also where there is no federation.
        resources: [{ names: ["client", "federation", "openid"], compress: false }],
      },
      ...(workers
        ? [
            {
              ...workers.replication,
              host: undefined,
              bind_addresses: settings.bind,
              type: "http",
              tls: false,
              resources: [{ names: ["replication"] }],
            },
          ]
        : []),
    ],
    ...(workers && {
      instance_map: { main: workers.replication },
      worker_replication_secret: workers.secret,
      redis: { enabled: true, ...workers.redis },
    }),
    database: databaseConfig(settings.database),
    media_store_path: paths.media,
    signing_key_path: paths.signingKey,
    log_config: paths.logConfig,
    ...(paths.pidFile && { pid_file: paths.pidFile }),
    ...(paths.tokenApi && { app_service_config_files: [paths.tokenApi] }),
    registration_shared_secret: secrets.registration,
    macaroon_secret_key: secrets.macaroon,
    form_secret: secrets.form,
    ...(jwt && {
      jwt_config: { enabled: true, secret: jwt.secret, algorithm: "HS256", issuer: jwt.issuer, audiences: [jwt.audience] },
    }),
    login_via_existing_session: { enabled: true, require_ui_auth: settings.limits === "public" },
    ...registrationConfig(settings.registration),
    ...(settings.passwordRounds && { bcrypt_rounds: settings.passwordRounds }),
    trusted_key_servers: settings.federation === "on" ? [{ server_name: "matrix.org" }] : [],
    suppress_key_server_warning: true,
    ...(settings.federation === "off" && { federation_domain_whitelist: [] }),
    report_stats: false,
    presence: { enabled: true },
    experimental_features: { msc4143_enabled: true, msc4222_enabled: true, msc4354_enabled: true, msc3266_enabled: true },
    max_event_delay_duration: "24h", // delayed events (MSC4140): without them whoever crashes stays in the call for hours
    ...(tokenApi && { matrix_rtc: { transports: [{ type: "livekit", livekit_service_url: tokenApi }] } }),
    ...(settings.limits === "none" ? NO_LIMITS : CALL_LIMITS),
  };
}

/** What the token API and the homeserver know each other by, where the token API is an application service. */
export interface AppserviceTokens {
  /** With it the token API may ask in every own user's name. */
  readonly appserviceToken: string;
  /** Nobody uses it: the homeserver sends nothing. */
  readonly appserviceHomeserverToken: string;
}

/** The token API as an application service: it may act for every user, gets no events, and owns no names. */
export function tokenApiRegistration({ appserviceToken, appserviceHomeserverToken }: AppserviceTokens): object {
  return {
    id: "melo-token-api",
    url: null,
    as_token: appserviceToken,
    hs_token: appserviceHomeserverToken,
    sender_localpart: "melo-token-api",
    rate_limited: false,
    namespaces: { users: [{ exclusive: false, regex: "@.*" }], aliases: [], rooms: [] },
  };
}

/** What goes to workers: what clients ask again and again, and what reads much. All else stays with the main process, what calls do with delayed events included. */
export const WORKER_PATHS =
  "^/_matrix/client/((r0|v3)/sync|unstable/org\\.matrix\\.simplified_msc3575/sync|(r0|v3)/rooms/[^/]+/(messages|members|joined_members|context/.*|event/.*)|v1/rooms/[^/]+/(relations|hierarchy|threads).*)$";

/** One worker of Synapse; it reads `homeserver.yaml` too. */
export function workerConfig({
  name,
  bind,
  port,
  logConfig,
}: {
  name: string;
  bind: readonly string[];
  port: number;
  logConfig: string;
}): object {
  return {
    worker_app: "synapse.app.generic_worker",
    worker_name: name,
    worker_listeners: [{ type: "http", port, bind_addresses: bind, x_forwarded: true, resources: [{ names: ["client"] }] }],
    worker_log_config: logConfig,
  };
}

function databaseConfig(database: Database): object {
  if (database.kind === "sqlite") return { name: "sqlite3", args: { database: database.file } };
  const { host, port, password } = database;
  return { name: "psycopg2", args: { user: "synapse", password, dbname: "synapse", host, port, cp_min: 5, cp_max: 10 } };
}

function registrationConfig(registration: HomeserverSettings["registration"]): object {
  if (registration === "closed") return { enable_registration: false };
  if (registration === "token") return { enable_registration: true, registration_requires_token: true };
  return { enable_registration: true, enable_registration_without_verification: true };
}

/** Warnings and errors go to stderr: whoever runs Synapse keeps them, together with anything Python itself has to say. */
export const LOG_CONFIG = {
  version: 1,
  formatters: { line: { format: "%(asctime)s %(levelname)s %(name)s: %(message)s" } },
  handlers: { stderr: { class: "logging.StreamHandler", formatter: "line" } },
  root: { level: "WARNING", handlers: ["stderr"] },
};
