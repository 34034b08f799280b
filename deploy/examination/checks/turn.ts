import { randomBytes } from "node:crypto";

import { failed, ok, skipped, warning, type Check } from "../check.ts";
import { whyOf } from "../http-client.ts";
import { connectivityCheck } from "../ice-probe.ts";
import type { Patient } from "../patient.ts";
import { decodeStun, MESSAGE } from "../stun.ts";
import { TurnClient } from "../turn-client.ts";
import { noAccount } from "./homeserver.ts";

export const NO_TURN = skipped(
  "The SFU names no TURN server. Visitors whose networks let out nothing but TLS cannot join calls: deploy/README.md, “TURN”.",
);

interface TurnServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

async function turnServer(patient: Patient): Promise<TurnServer | undefined> {
  const { iceServers } = await patient.sfu();
  const found = iceServers.flatMap(({ urls, username, credential }) => urls.map((url) => ({ url, user: username, password: credential })));
  return found.find(({ url }) => url.startsWith("turns:")) ?? found.find(({ url }) => /^turn:.*transport=tcp/.test(url));
}

export const turnTls: Check = {
  id: "turn-tls",
  title: "Media over TURN and TLS",
  needs: ["sfu-connection"],
  async run(patient) {
    if (!(await patient.visitor())) return noAccount;
    const server = await turnServer(patient);
    if (!server) return NO_TURN;
    let client: TurnClient;
    try {
      client = await TurnClient.open(server.url, server.user, server.password, patient.http);
    } catch (error) {
      return failed(
        `${server.url}: ${whyOf(error)}.`,
        "See that coturn runs (docker compose --profile turn ps), that its certificate is good, and that the firewall lets its port in.",
      );
    }
    try {
      const refusal = await client.allocate();
      if (refusal === 401)
        return failed(
          "The TURN server does not accept the SFU's credentials.",
          "livekit.yaml and turnserver.conf have to have the same secret: deploy/init, then restart both.",
        );
      if (refusal !== undefined || !client.relayed)
        return failed(
          `The TURN server refuses to relay (${refusal ?? "no address"}).`,
          "See docker compose logs coturn: its quota may be used up, or its range of ports closed.",
        );
      const { ice } = await patient.sfu();
      const target = ice.candidates.find(({ transport }) => transport === "udp");
      if (!target) return skipped("The SFU offers no UDP port to relay to.");
      const permission = await client.permit(target.address);
      if (permission !== undefined)
        return failed(
          `The TURN server does not relay to the SFU (${permission}).`,
          "turnserver.conf must not deny the server's own public address.",
        );
      const packet = connectivityCheck(ice, randomBytes(12));
      const answered = await client.exchange(
        target.address,
        target.port,
        packet,
        (data) => decodeStun(data)?.type === MESSAGE.bindingSuccess,
      );
      if (!answered)
        return failed(
          "Nothing comes back from the SFU through the relay.",
          "The firewall has to let the relay's range of ports (UDP 49160 to 49260) through, and the SFU's UDP port.",
        );
      if (!server.url.startsWith("turns:"))
        return warning(
          "It works, but not under TLS.",
          "Let rtc.turn_servers name the TLS port (deploy/init --turn does): some networks let out nothing else.",
        );
      return ok(`${server.url.split("?")[0]} relays to the SFU and back.`);
    } finally {
      client.close();
    }
  },
};

/** Where nobody outside has any business: the relay's own machine, its neighbours, and the metadata service of hosting providers. */
const INSIDE = ["127.0.0.2", "10.0.0.1", "172.17.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"];

export const turnPrivate: Check = {
  id: "turn-private",
  title: "The TURN server does not relay into private networks",
  needs: ["turn-tls"],
  async run(patient) {
    if (!(await patient.visitor())) return noAccount;
    const server = await turnServer(patient);
    if (!server) return NO_TURN;
    const client = await TurnClient.open(server.url, server.user, server.password, patient.http);
    try {
      await client.allocate();
      for (const address of INSIDE) {
        if ((await client.permit(address)) === undefined) {
          return failed(
            `It relays to ${address}: every visitor of a call can reach the server's own network.`,
            "Deny private addresses in turnserver.conf (denied-peer-ip, as deploy/init writes it) and restart coturn.",
          );
        }
      }
      return ok(`It refused ${INSIDE.length} private addresses.`);
    } finally {
      client.close();
    }
  },
};
