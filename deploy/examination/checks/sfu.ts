import { createHmac } from "node:crypto";

import { failed, ok, skipped, warning, type Check } from "../check.ts";
import { whyOf } from "../http-client.ts";
import { probe } from "../ice-probe.ts";
import type { Patient } from "../patient.ts";
import { UpgradeRefused } from "../web-socket.ts";
import { noAccount } from "./homeserver.ts";

export const sfuConnection: Check = {
  id: "sfu-connection",
  title: "A token for the SFU, and its WebSocket",
  needs: ["account", "token-api", "token-api-members"],
  async run(patient) {
    if (!(await patient.visitor())) return noAccount;
    let url = "";
    try {
      ({ url } = await patient.token());
    } catch (error) {
      return failed(
        `No token: ${whyOf(error)}.`,
        "Look at docker compose logs token-api. Its TOKEN_API_HOMESERVERS has to name this homeserver and where it is reached.",
      );
    }
    const secure = new URL(await patient.homeserver()).protocol === "https:";
    if (secure && !url.startsWith("wss://"))
      return failed(
        `Browsers are sent to ${url}, and may not go there from a page over TLS.`,
        "Set LIVEKIT_URL of the token API to the wss:// address (deploy/init does).",
      );
    try {
      const { ice } = await patient.sfu();
      return ok(`${url} lets in, and offers ${ice.candidates.length} ways for media.`);
    } catch (error) {
      if (error instanceof UpgradeRefused && error.status === 401) {
        return failed(
          `${url} does not accept the token API's tokens.`,
          "livekit.yaml and token-api.env have to have the same key and secret: deploy/init, then docker compose up --detach --force-recreate livekit token-api.",
        );
      }
      return failed(
        `${url}: ${whyOf(error)}.`,
        "See that livekit runs, and that the web server passes /livekit/sfu/ on to it, WebSockets included (deploy/run/Caddyfile).",
      );
    }
  },
};

/** Asks the SFU's media port for an answer, as a browser does before it sends media. */
function media(transport: "udp" | "tcp", remedy: (port: number) => string): Check {
  const name = transport.toUpperCase();
  return {
    id: `media-${transport}`,
    title: `Media over ${name}`,
    needs: ["sfu-connection"],
    async run(patient) {
      if (!(await patient.visitor())) return noAccount;
      const { ice } = await patient.sfu();
      const candidates = ice.candidates.filter((candidate) => candidate.transport === transport);
      if (candidates.length === 0)
        return failed(
          `The SFU offers no way over ${name}.`,
          `Set rtc.${transport}_port in livekit.yaml (deploy/init does) and restart livekit.`,
        );
      for (const candidate of candidates) {
        const took = await probe(candidate, ice);
        if (took !== undefined) return ok(`${candidate.address}:${candidate.port} answered in ${Math.max(1, Math.round(took))} ms.`);
      }
      const { address, port } = candidates[0]!;
      return failed(`${address}:${port} does not answer over ${name}.`, remedy(port));
    },
  };
}

const ADDRESS = "See that the address is the server's public one (MELO_ADDRESS in deploy/.env), and";
export const mediaUdp = media(
  "udp",
  (port) =>
    `${ADDRESS} that the firewall, also that of the hosting provider, lets UDP ${port} in. Without it calls run over TCP, with gaps.`,
);
export const mediaTcp = media(
  "tcp",
  (port) =>
    `${ADDRESS} that the firewall, also that of the hosting provider, lets TCP ${port} in. Visitors whose networks block UDP need it.`,
);

/** A room that nobody has made: the SFU must not make it for a token. */
export const autoCreate: Check = {
  id: "sfu-auto-create",
  title: "The SFU makes no rooms by itself",
  needs: ["token-api"],
  async run(patient: Patient) {
    const { configuration } = patient;
    const [[key, secret] = []] = Object.entries(configuration?.livekit.keys ?? {});
    if (!key || !secret) return skipped("It takes the SFU's key to see: run the doctor on the server with --config deploy/run.");
    const base = (configuration?.tokenApi["LIVEKIT_URL"] ?? "").replace(/^ws/, "http");
    const bare = await patient.http.request(`${base}/rtc/validate`).catch(() => undefined);
    if (bare?.status !== 401) return skipped("The SFU is not reached where the token API says it is.");
    const token = signedToken(key, secret, { video: { roomJoin: true, room: "melo-doctor-never-made" }, sub: "melo-doctor" });
    const answer = await patient.http.request(`${base}/rtc/validate?access_token=${token}`).catch(whyOf);
    if (typeof answer === "string") return failed(`The SFU does not answer: ${answer}.`, "See that livekit runs: docker compose ps.");
    if (answer.status === 404) return ok("A room that nobody has made does not exist.");
    if (answer.status === 200) {
      return failed(
        "It does: whoever has a token, or had one, can hold calls that the token API never allowed.",
        "Set room.auto_create: false in livekit.yaml (deploy/init does) and restart livekit.",
      );
    }
    return warning(`The SFU answers ${answer.status} to a token for a room that does not exist.`, "See docker compose logs livekit.");
  },
};

function signedToken(key: string, secret: string, claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const content = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ ...claims, iss: key, nbf: now - 60, exp: now + 60 })}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}
