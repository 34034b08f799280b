import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { homeserverConfig, type AppserviceTokens } from "../../deploy/config/homeserver.ts";

/** What is generated once per state folder and then kept. */
export interface SynapseSecrets extends AppserviceTokens {
  readonly signingKey: string;
  readonly registration: string;
  readonly macaroon: string;
  readonly form: string;
  /** Signs tokens (HS256) that let a page sign its own users in: `org.matrix.login.jwt`. */
  readonly jwt: string;
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

/** The homeserver's settings. They are for this machine and for tests: open registration, no limits, bound to loopback. A deployment's come from the same renderer. */
export function synapseConfig(port: number, folder: string, secrets: SynapseSecrets, tokenService?: string): object {
  return homeserverConfig({
    serverName: `localhost:${port}`,
    publicAddress: `http://localhost:${port}`,
    bind: ["127.0.0.1"],
    port,
    database: { kind: "sqlite", file: join(folder, "homeserver.db") },
    paths: {
      media: join(folder, "media"),
      signingKey: join(folder, "signing.key"),
      logConfig: join(folder, "log.yaml"),
      pidFile: join(folder, "synapse.pid"),
      tokenApi: join(folder, "token-api.yaml"),
    },
    secrets,
    tokenApi: tokenService,
    limits: "none",
    registration: "open",
    federation: "unlisted",
    jwt: { secret: secrets.jwt, issuer: JWT_ISSUER, audience: JWT_AUDIENCE },
    passwordRounds: 4, // the accounts are toys, and the tests make many of them
  });
}
