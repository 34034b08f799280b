import { setTimeout as delay } from "node:timers/promises";

import { jsonOf } from "./http-client.ts";
import type { Patient, Visitor } from "./patient.ts";
import { SfuConnection } from "./sfu-connection.ts";

/** How long the delayed leave would take by itself, in ms: long enough never to be taken for the token API's work. */
const DELAY = 120_000;
/** How long the token API may take, in ms. Without webhooks it finds out by itself, but not before 15 s. */
const LIMIT = 12_000;
const TYPE = "org.melo.doctor.leave";

/**
 * Hands a delayed event over to the token API, connects to the SFU, leaves, and waits for the event to be sent. Resolves with how many seconds that took, or undefined if
 * it was not. `meanwhile`: what happens before they leave. @throws if something before that goes wrong.
 */
export async function leaveByWebhook(
  patient: Patient,
  visitor: Visitor,
  meanwhile: () => Promise<unknown> = () => delay(1500), // the token API looks every half second
): Promise<number | undefined> {
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(visitor.roomId)}`;
  const scheduled = await visitor.call("PUT", `${room}/state/${TYPE}/?org.matrix.msc4140.delay=${DELAY}`, { left: true });
  const delayId = jsonOf(scheduled)?.["delay_id"];
  if (typeof delayId !== "string") throw new Error(`the homeserver answered ${scheduled.status} when an event was to be delayed`);
  const answer = await patient.http.request(`${await patient.tokenApi()}/get_token`, {
    method: "POST",
    body: {
      room_id: visitor.roomId,
      slot_id: "m.call#ROOM",
      openid_token: await patient.openid(),
      member: { id: "doctor", claimed_user_id: visitor.userId, claimed_device_id: visitor.deviceId },
      delay_id: delayId,
      delay_timeout: DELAY,
      delay_cs_api_url: await patient.homeserver(),
    },
  });
  const { url, jwt } = (jsonOf(answer) ?? {}) as { url?: string; jwt?: string };
  if (answer.status !== 200 || !url || !jwt) throw new Error(`the token API answered ${answer.status} when it was handed a delayed leave`);
  const connection = await SfuConnection.open(url, jwt, patient.http);
  await meanwhile();
  connection.close();
  for (const begin = Date.now(); Date.now() - begin < LIMIT; await delay(250)) {
    const { status } = await visitor.call("GET", `${room}/state/${TYPE}/`);
    if (status === 200) return (Date.now() - begin) / 1000;
  }
  return undefined;
}
