import { join } from "node:path";

import type { Layout } from "../../../deploy/config/files.ts";
import { projectFolder } from "../../../scripts/project-node.mjs";

/** Ports of one range, and files below one folder. */
export function layout(folder: string, base: number): Layout {
  const certificates = join(folder, "data/caddy/caddy/certificates/local");
  return {
    publicPort: base + 1,
    homeserver: {
      bind: ["127.0.0.1"],
      port: base + 8,
      inside: `http://127.0.0.1:${base + 8}`,
      paths: {
        media: join(folder, "data/synapse/media"),
        signingKey: join(folder, "run/synapse/signing.key"),
        logConfig: join(folder, "run/synapse/log.yaml"),
        tokenApi: join(folder, "run/synapse/token-api.yaml"),
      },
    },
    workers: {
      replication: { host: "127.0.0.1", port: base + 18 },
      all: [{ name: "synapse-worker-1", port: base + 17, inside: `http://127.0.0.1:${base + 17}` }],
    },
    database: { host: "127.0.0.1", port: base + 3 },
    livekit: {
      bind: ["127.0.0.1"],
      port: base + 10,
      media: { tcp: base + 11, udp: base + 12 },
      inside: `http://127.0.0.1:${base + 10}`,
      loopback: true,
    },
    tokenApi: {
      listen: `127.0.0.1:${base + 9}`,
      inside: `http://127.0.0.1:${base + 9}`,
      stateFile: join(folder, "data/token-api/pending-leaves.json"),
      second: { listen: `127.0.0.1:${base + 7}`, inside: `http://127.0.0.1:${base + 7}` },
    },
    web: {
      bind: "127.0.0.1",
      ports: { http: base, https: base + 1, health: base + 2 },
      folders: { melo: join(projectFolder, "dist/cdn"), site: join(projectFolder, "deploy/site") },
      tls: "internal",
      own: join(folder, "caddy.d"),
      anyLivekit: { host: "127.0.0.1", port: base + 16 },
    },
    turn: {
      bind: "127.0.0.1",
      ports: { plain: base + 4, tls: base + 5, relayFrom: 49_160, relayTo: 49_260 },
      certificate: (host) => ({ certificate: join(certificates, host, `${host}.crt`), key: join(certificates, host, `${host}.key`) }),
      loopback: true,
    },
    redis: { address: `127.0.0.1:${base + 6}`, folder: join(folder, "data/redis") },
    furtherNodes: [
      {
        folder: "nodes/2",
        address: "127.0.0.1",
        bind: ["127.0.0.1"],
        port: base + 13,
        media: { tcp: base + 14, udp: base + 15 },
        inside: `http://127.0.0.1:${base + 13}`,
        redis: `127.0.0.1:${base + 6}`,
        webhooks: [base + 9, base + 7].map((port) => `http://127.0.0.1:${port}/sfu_webhook`),
        loopback: true,
      },
    ],
  };
}
