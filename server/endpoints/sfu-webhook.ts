import { WebhookReceiver } from "livekit-server-sdk";

import type { Context } from "../access.ts";
import { ApiError } from "../api-error.ts";
import type { Endpoint } from "../endpoint.ts";
import { reasonOf } from "../log.ts";

const COMING_AND_GOING: ReadonlySet<string> = new Set(["participant_joined", "participant_left", "participant_connection_aborted"]);
/** Ends of a connection that are not the end of the stay: the same person is connected anew, at this SFU or another. Numbers of LiveKit's `DisconnectReason`. */
const COMES_BACK: ReadonlySet<number> = new Set([
  2, // DUPLICATE_IDENTITY
  3, // SERVER_SHUTDOWN
  6, // STATE_MISMATCH
  8, // MIGRATION
]);

/** `POST /sfu_webhook`: what the SFU tells of who comes and goes, signed with the shared key. Everything else is refused with 401. */
export function sfuWebhook({ config, leaves, memberships, log }: Context): Endpoint {
  const receiver = new WebhookReceiver(config.livekit.apiKey, config.livekit.apiSecret);
  return {
    method: "POST",
    path: "/sfu_webhook",
    bodyLimit: 256 * 1024,
    forBrowsers: false,
    async handle({ body, headers }) {
      const event = await receiver.receive(body, headers.authorization).catch((cause: unknown) => {
        log("warn", "webhook_refused", { reason: reasonOf(cause) });
        throw new ApiError(401, "M_UNAUTHORIZED", "The webhook is not signed by this service's SFU.", { cause });
      });
      const { event: kind, room, participant } = event;
      if (room && participant && COMING_AND_GOING.has(kind)) {
        const key = { alias: room.name, identity: participant.identity };
        if (kind === "participant_joined") await memberships.look(key);
        await leaves.look(key, kind !== "participant_joined" && !COMES_BACK.has(participant.disconnectReason));
      }
      return { status: 200, body: {} };
    },
  };
}
