import { identify, requireMember, takeLeave, type Context } from "../access.ts";
import { CLIENT_BODY, type Endpoint } from "../endpoint.ts";
import { memberIdentity, roomAlias } from "../identity.ts";
import { jsonBody } from "../json-body.ts";
import { requireClaim } from "../openid.ts";
import { parseDelegate } from "../requests.ts";

/**
 * `POST /delegate_delayed_leave {room_id, slot_id, openid_token, member, delay_id, delay_timeout, delay_cs_api_url}` → `{}`: hands over the delayed
 * leave of somebody who has a token already. Clients also send it empty, to see that the answer is not 404: that is how they find out
 * whether leaves can be handed over.
 */
export function delegateDelayedLeave(context: Context): Endpoint {
  return {
    method: "POST",
    path: "/delegate_delayed_leave",
    bodyLimit: CLIENT_BODY,
    forBrowsers: true,
    async handle({ body }) {
      const { roomId, slotId, openid, member, leave } = parseDelegate(jsonBody(body));
      const person = await identify(context, openid);
      requireClaim(person, member.claimed_user_id);
      await requireMember(context, person, roomId);
      const identity = memberIdentity(person.userId, member.claimed_device_id, member.id);
      await takeLeave(context, person, { roomId, alias: roomAlias(roomId, slotId), identity }, leave);
      return { status: 200, body: {} };
    },
  };
}
