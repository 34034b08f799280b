import { failed, ok, skipped, warning, type Check } from "../check.ts";
import { jsonOf, whyOf } from "../http-client.ts";
import { noAccount } from "./homeserver.ts";

const LOOK = "Look at docker compose ps and docker compose logs token-api.";

export const tokenApi: Check = {
  id: "token-api",
  title: "The token API",
  needs: ["homeserver"],
  async run(patient) {
    const address = await patient.tokenApi();
    const answer = await patient.http.request(`${address}/healthz`).catch(whyOf);
    if (typeof answer === "string") return failed(`${address}/healthz: ${answer}.`, LOOK);
    if (answer.status === 200) return ok(`It works, and the SFU accepts its key.`);
    const { sfu, store } = jsonOf(answer) ?? {};
    if (answer.status === 503 && sfu === "failed") {
      return failed(
        "It does not get on with the SFU: LiveKit does not answer it, or does not accept its key.",
        "See that livekit runs (docker compose ps), and that livekit.yaml and token-api.env have the same key and secret: deploy/init, then docker compose up --detach --force-recreate livekit token-api.",
      );
    }
    if (answer.status === 503 && store === "failed")
      return failed(
        "It cannot keep the leaves that it was given.",
        "See that deploy/data/token-api can be written to, or that Redis runs.",
      );
    return failed(`${address}/healthz answers ${answer.status}.`, LOOK);
  },
};

export const tokenApiRefusals: Check = {
  id: "token-api-refusals",
  title: "The token API refuses what it has to",
  needs: ["token-api"],
  async run(patient) {
    const address = await patient.tokenApi();
    const visitor = await patient.visitor().catch(() => undefined);
    const serverName = await patient.serverName();
    const unknown = {
      access_token: "none",
      token_type: "Bearer",
      matrix_server_name: serverName,
      expires_in: 3600,
    };
    const member = { id: "doctor", claimed_user_id: "@doctor:example.org", claimed_device_id: "DOCTOR" };
    const attempts: [what: string, path: string, body: object][] = [
      ["nothing", "/sfu/get", {}],
      ["nothing", "/get_token", {}],
      ["a proof that nobody gave out", "/sfu/get", { room: "!doctor:example.org", openid_token: unknown, device_id: "DOCTOR" }],
      [
        "a proof that nobody gave out",
        "/get_token",
        { room_id: "!doctor:example.org", slot_id: "m.call#ROOM", openid_token: unknown, member },
      ],
      ["a webhook that the SFU has not signed", "/sfu_webhook", { event: "participant_left" }],
    ];
    if (visitor) {
      const stolen = { ...member, claimed_user_id: `@not-${visitor.userId.slice(1)}` };
      attempts.push([
        "the proof of somebody else",
        "/get_token",
        { room_id: visitor.roomId, slot_id: "m.call#ROOM", openid_token: await patient.openid(), member: stolen },
      ]);
    }
    for (const [what, path, body] of attempts) {
      const answer = await patient.http.request(`${address}${path}`, { method: "POST", body });
      if (answer.status === 404) {
        return path === "/sfu_webhook"
          ? failed(
              "It has no /sfu_webhook: the web server does not pass it on.",
              "Pass on everything below /livekit/jwt/, as deploy/run/Caddyfile does.",
            )
          : failed(
              `It has no ${path}: the web server does not pass it on, or it is not melo's.`,
              "Pass on everything below /livekit/jwt/, as deploy/run/Caddyfile does.",
            );
      }
      if (answer.status < 400)
        return failed(
          `It accepts ${what} at ${path}.`,
          "Do not leave it running like this: anybody can enter calls. Use melo's token API of this version.",
        );
      if (answer.status >= 500) return failed(`It fails (${answer.status}) at ${path} when it is given ${what}.`, LOOK);
    }
    return ok(`It refused ${attempts.length} attempts.`);
  },
};

export const membersOnly: Check = {
  id: "token-api-members",
  title: "Nobody gets into the call of a room that they are not in",
  needs: ["account", "token-api"],
  async run(patient) {
    const visitor = await patient.visitor();
    if (!visitor) return noAccount;
    const elsewhere = `!melo-doctor-nowhere:${await patient.serverName()}`;
    const answer = await patient.http.request(`${await patient.tokenApi()}/sfu/get`, {
      method: "POST",
      body: { room: elsewhere, openid_token: await patient.openid(), device_id: visitor.deviceId },
    });
    if (answer.status === 403) return ok("The token API asks the homeserver who is in a room.");
    const remedy =
      "Set TOKEN_API_MEMBERSHIP=appservice and its token in the token API's environment, and app_service_config_files in homeserver.yaml (deploy/init does both), and restart both.";
    if (answer.status < 400)
      return warning("Everybody with an account gets into every call: they see who is there, though they understand no media.", remedy);
    const { error } = jsonOf(answer) ?? {};
    if (typeof error === "string" && error.includes("member"))
      return failed("The token API cannot find out who is in a room: it may not ask.", remedy);
    return skipped(`The token API does not come as far as that: it answers ${answer.status}.`);
  },
};

export const foreignUsers: Check = {
  id: "token-api-foreign",
  title: "What people of other homeservers may do with the SFU",
  needs: ["token-api"],
  async run({ configuration }) {
    if (!configuration) return skipped("It stands in the server's own files: run the doctor on the server with --config deploy/run.");
    const foreign = configuration.tokenApi["TOKEN_API_FOREIGN"] ?? "subscribe";
    const remedy = "Set TOKEN_API_FOREIGN=subscribe in the token API's environment (deploy/init does), and restart it.";
    if (foreign === "create") return failed("Everybody with an account anywhere may hold calls on this SFU.", remedy);
    if (foreign === "publish") return warning("People of other homeservers may send their media over this SFU.", remedy);
    return ok(foreign === "refuse" ? "Nothing." : "They may join the calls of this server's people, and send over their own.");
  },
};

export const delayedLeaveTaken: Check = {
  id: "webhook",
  title: "The SFU tells the token API who left",
  needs: ["account", "token-api", "sfu-connection", "delayed-events"],
  async run(patient) {
    const visitor = await patient.visitor();
    if (!visitor) return noAccount;
    const { leaveByWebhook } = await import("../leave-by-webhook.ts");
    const seconds = await leaveByWebhook(patient, visitor);
    if (seconds === undefined) {
      return failed(
        "It does not: somebody left the SFU, and their leave was not sent.",
        "In livekit.yaml, webhook.urls has to be the token API's /sfu_webhook as LiveKit reaches it, and webhook.api_key one of its keys (deploy/init does so). docker compose logs livekit shows what fails.",
      );
    }
    return ok(`A leave was sent ${seconds.toFixed(1)} s after its owner had left.`);
  },
};
