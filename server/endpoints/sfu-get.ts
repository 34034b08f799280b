import { admit, identify, type Context } from "../access.ts";
import { CLIENT_BODY, type Endpoint } from "../endpoint.ts";
import { deviceIdentity, ROOM_CALL, roomAlias } from "../identity.ts";
import { jsonBody } from "../json-body.ts";
import { parseSfuGet } from "../requests.ts";

/**
 * `POST /sfu/get {room, openid_token, device_id}` → `{url, jwt}`: a token under the readable identity `user:device`, which memberships in state
 * events go with. With `delay_id`, `delay_timeout` and `delay_cs_api_url`, the delayed leave is taken over as well.
 */
export function sfuGet(context: Context): Endpoint {
  return {
    method: "POST",
    path: "/sfu/get",
    bodyLimit: CLIENT_BODY,
    forBrowsers: true,
    async handle({ body }) {
      const { roomId, openid, deviceId, leave } = parseSfuGet(jsonBody(body));
      const person = await identify(context, openid);
      const seat = { roomId, alias: roomAlias(roomId, ROOM_CALL), identity: deviceIdentity(person.userId, deviceId) };
      return { status: 200, body: await admit(context, person, seat, leave) };
    },
  };
}
