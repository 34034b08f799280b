import { failed, ok, skipped, warning, type Check, type Finding } from "../check.ts";
import { whyOf } from "../http-client.ts";
import type { LoopbackResult, Way } from "../loopback/exchange.ts";
import type { LoopbackRun, Obstacle } from "../loopback/run.ts";
import { TestsRefused, type Patient } from "../patient.ts";
import { noAccount } from "./homeserver.ts";
import { NO_TURN } from "./turn.ts";

/** A share of packets that people hear. */
const LOSS = 0.02;

const OBSTACLES: Readonly<Record<Obstacle, readonly [reason: string, remedy: string]>> = {
  "no-browser": [
    "Not checked: it takes a browser, and none was found here.",
    "Install Chromium or Chrome where the doctor runs, or name one in CHROME_PATH. Your own computer will do: it looks from outside anyway.",
  ],
  "no-page": ["Not checked: the page that sends media is not built here.", "npm run build, or npx melo-doctor, which has it."],
  "browser-failed": [
    "Not checked: the browser that was to send media did not start, or ended.",
    "Run the doctor again with another browser in CHROME_PATH. Without graphics it needs a headless Chrome of 2023 or newer.",
  ],
};

/** Sends sound and a picture through the SFU and back with a real browser, encrypted as calls are. */
function loopback(way: Way, needs: readonly string[], title: string, remedy: string): Check {
  return {
    id: `loopback-${way}`,
    title,
    needs,
    async run(patient) {
      if (!(await patient.visitor())) return noAccount;
      if (way === "turn" && !(await namesTurn(patient))) return NO_TURN;
      let run: LoopbackRun;
      try {
        run = await patient.loopback();
      } catch (error) {
        if (error instanceof TestsRefused)
          return skipped(
            "Not checked: the token API gives no access for tests.",
            "Update it: docker compose up --build --detach token-api.",
          );
        return failed(`No access for a test: ${whyOf(error)}.`, "Look at docker compose logs token-api.");
      }
      const report = await run.of(way);
      if (typeof report === "string") return skipped(...OBSTACLES[report]);
      return report.result ? findingOf(report.result, remedy) : noConnection(report.error);
    },
  };
}

async function namesTurn(patient: Patient): Promise<boolean> {
  return (await patient.sfu()).iceServers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)));
}

function findingOf(result: LoopbackResult, remedy: string): Finding {
  const { outcome, connected, loss = 0, roundTrip, jitter, relay, sound, picture } = result;
  switch (outcome) {
    case "well": {
      const figures = [
        `connected in ${connected} ms`,
        ...(roundTrip === undefined ? [] : [`${roundTrip} ms there and back`]),
        `${jitter ?? 0} ms jitter`,
        `${(loss * 100).toFixed(1)} % lost`,
        ...(relay ? [`the relay reached over ${relay.toUpperCase()}`] : []),
      ].join(", ");
      return loss < LOSS
        ? ok(`Sound and picture came back, decrypted: ${figures}.`)
        : warning(
            `Sound and picture came back with gaps: ${figures}.`,
            "Look at the load and the network of the server, and of this machine.",
          );
    }
    case "blocked":
      return failed("The browser finds no way to the SFU.", remedy);
    case "silent":
      return failed(
        `It connects, and ${sound ? "no picture" : picture ? "no sound" : "neither sound nor picture"} comes back.`,
        "Look at docker compose logs livekit. Where room.enabled_codecs is set in livekit.yaml, Opus and VP8 have to be in it.",
      );
    case "may-not-publish":
      return failed("The token does not allow to speak.", "This account's homeserver has to be in the token API's TOKEN_API_HOMESERVERS.");
    case "not-offered":
      return NO_TURN;
  }
}

function noConnection(error = "unknown"): Finding {
  return failed(
    `The browser does not get into the SFU (${error}).`,
    error === "call-encryption-failed"
      ? "Run the doctor with a newer browser: CHROME_PATH."
      : "See that a browser may connect to the SFU's WebSocket: its certificate, and proxies between.",
  );
}

export const loopbackUdp = loopback(
  "udp",
  ["media-udp"],
  "Encrypted sound and picture through the SFU over UDP",
  "See that the firewalls, the provider's and that of this machine, let the SFU's UDP port through both ways.",
);
export const loopbackTcp = loopback(
  "tcp",
  ["media-tcp"],
  "Encrypted sound and picture through the SFU over TCP",
  "See that the firewalls, the provider's and that of this machine, let the SFU's TCP port through.",
);
export const loopbackTurn = loopback(
  "turn",
  ["media-udp", "turn-tls"], // the relay goes on by UDP
  "Encrypted sound and picture through the SFU over TURN",
  "See docker compose logs coturn: its certificate has to be one that browsers trust, and its range of ports (UDP 49160 to 49260) open.",
);
