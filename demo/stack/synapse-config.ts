import { randomBytes } from "node:crypto";
import { join } from "node:path";

/** What is generated once per state folder and then kept. */
export interface SynapseSecrets {
  readonly signingKey: string;
  readonly registration: string;
  readonly macaroon: string;
  readonly form: string;
  /** Signs tokens (HS256) that let a page sign its own users in: `org.matrix.login.jwt`. */
  readonly jwt: string;
  /** Lets the token API ask, in a person's own name, whether they are in a room. */
  readonly appserviceToken: string;
  readonly appserviceHomeserverToken: string;
}

export const JWT_ISSUER = "melo-demo";
export const JWT_AUDIENCE = "melo";

export function generateSecrets(): SynapseSecrets {
  const secret = () => randomBytes(32).toString("base64url");
  return {
    signingKey: `ed25519 a_melo ${randomBytes(32).toString("base64").replace(/=+$/, "")}\n`,
    registration: secret(),
    macaroon: secret(),
    form: secret(),
    jwt: secret(),
    appserviceToken: secret(),
    appserviceHomeserverToken: secret(),
  };
}

const UNLIMITED = { per_second: 10_000, burst_count: 10_000 };

/** The homeserver's settings. They are for this machine and for tests: open registration, no limits, bound to loopback. */
export function synapseConfig(port: number, folder: string, secrets: SynapseSecrets, tokenService?: string): object {
  return {
    server_name: `localhost:${port}`,
    public_baseurl: `http://localhost:${port}/`, // also what /.well-known/matrix/client answers
    listeners: [
      {
        port,
        bind_addresses: ["127.0.0.1"],
        type: "http",
        tls: false,
        x_forwarded: true,
        resources: [{ names: ["client", "federation", "openid"], compress: false }],
      },
    ],
    database: { name: "sqlite3", args: { database: join(folder, "homeserver.db") } },
    media_store_path: join(folder, "media"),
    app_service_config_files: [join(folder, "token-api.yaml")],
    signing_key_path: join(folder, "signing.key"),
    log_config: join(folder, "log.yaml"),
    pid_file: join(folder, "synapse.pid"),
    registration_shared_secret: secrets.registration,
    macaroon_secret_key: secrets.macaroon,
    form_secret: secrets.form,
    jwt_config: { enabled: true, secret: secrets.jwt, algorithm: "HS256", issuer: JWT_ISSUER, audiences: [JWT_AUDIENCE] },
    login_via_existing_session: { enabled: true, require_ui_auth: false },
    enable_registration: true,
    enable_registration_without_verification: true,
    bcrypt_rounds: 4, // the accounts are toys, and the tests make many of them
    trusted_key_servers: [],
    report_stats: false,
    presence: { enabled: true },
    experimental_features: { msc4143_enabled: true, msc4222_enabled: true, msc4354_enabled: true, msc3266_enabled: true },
    max_event_delay_duration: "24h",
    ...(tokenService && { matrix_rtc: { transports: [{ type: "livekit", livekit_service_url: tokenService }] } }),
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
}

/** The token API as an application service: it may act for every user, gets no events, and owns no names. */
export function tokenApiRegistration(secrets: SynapseSecrets): object {
  return {
    id: "melo-token-api",
    url: null,
    as_token: secrets.appserviceToken,
    hs_token: secrets.appserviceHomeserverToken,
    sender_localpart: "melo-token-api",
    rate_limited: false,
    namespaces: { users: [{ exclusive: false, regex: "@.*" }], aliases: [], rooms: [] },
  };
}

/** Warnings and errors go to stderr, which the launcher writes to the log file together with anything Python itself has to say. */
export const LOG_CONFIG = {
  version: 1,
  formatters: { line: { format: "%(asctime)s %(levelname)s %(name)s: %(message)s" } },
  handlers: { stderr: { class: "logging.StreamHandler", formatter: "line" } },
  root: { level: "WARNING", handlers: ["stderr"] },
};
