import { once } from "node:events";
import type { AddressInfo } from "node:net";

import type { Context } from "./access.ts";
import { createApiServer } from "./api-server.ts";
import type { Config } from "./config.ts";
import { delegateDelayedLeave } from "./endpoints/delegate-delayed-leave.ts";
import { getToken } from "./endpoints/get-token.ts";
import { healthz } from "./endpoints/healthz.ts";
import { sfuGet } from "./endpoints/sfu-get.ts";
import { sfuWebhook } from "./endpoints/sfu-webhook.ts";
import { createHomeservers } from "./homeservers.ts";
import { openFileStore } from "./leaves/file-store.ts";
import { startKeeper } from "./leaves/keeper.ts";
import type { LeaveStore } from "./leaves/store.ts";
import type { Log } from "./log.ts";
import { startMemberships } from "./memberships.ts";
import { createSfu } from "./sfu.ts";

/** How long requests under way may take when the service is asked to end, in ms. */
const PATIENCE = 5000;

export interface TokenApi {
  /** Of importance when the configured port is 0. */
  readonly port: number;
  /** Answers what was asked already, keeps what is pending, and ends. */
  stop(): Promise<void>;
}

/** Starts the whole service. Rejects if it cannot listen, or cannot open its store. */
export async function startTokenApi(config: Config, log: Log): Promise<TokenApi> {
  const homeservers = createHomeservers(config);
  const sfu = createSfu(config);
  const leaves = startKeeper({ store: await openStore(config, log), homeservers, sfu, log });
  const memberships = startMemberships({ check: config.membership, ttl: config.ttl, homeservers, sfu, log });
  const context: Context = { config, homeservers, sfu, memberships, leaves, log };

  const endpoints = [sfuGet(context), getToken(context), delegateDelayedLeave(context), sfuWebhook(context), healthz(context)];
  const server = createApiServer(endpoints, config, log);
  server.listen(config.listen.port, config.listen.host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  log("info", "listening", { host: config.listen.host, port });
  return {
    port,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const insist = setTimeout(() => server.closeAllConnections(), PATIENCE);
      await closed;
      clearTimeout(insist);
      await memberships.stop();
      await leaves.stop();
      log("info", "stopped");
    },
  };
}

async function openStore({ redisUrl, stateFile }: Config, log: Log): Promise<LeaveStore> {
  if (redisUrl === undefined) return openFileStore(stateFile);
  const { openRedisStore } = await import("./leaves/redis-store.ts"); // most deployments have one process, and no Redis
  return openRedisStore(redisUrl, log);
}
