import { admit, identify, type Context } from "../access.ts";
import { CLIENT_BODY, type Endpoint } from "../endpoint.ts";
import { memberIdentity, roomAlias } from "../identity.ts";
import { jsonBody } from "../json-body.ts";
import { requireClaim } from "../openid.ts";
import { parseGetToken } from "../requests.ts";

/**
 * `POST /get_token {room_id, slot_id, openid_token, member: {id, claimed_user_id, claimed_device_id}}` → `{url, jwt}`: a token under the hashed
 * identity that memberships in sticky events go with (MSC4195). Takes over a delayed leave like `/sfu/get`.
 */
export function getToken(context: Context): Endpoint {
  return {
    method: "POST",
    path: "/get_token",
    bodyLimit: CLIENT_BODY,
    forBrowsers: true,
    async handle({ body }) {
      const { roomId, slotId, openid, member, leave } = parseGetToken(jsonBody(body));
      const person = await identify(context, openid);
      requireClaim(person, member.claimed_user_id);
      const identity = memberIdentity(person.userId, member.claimed_device_id, member.id);
      return { status: 200, body: await admit(context, person, { roomId, alias: roomAlias(roomId, slotId), identity }, leave) };
    },
  };
}
