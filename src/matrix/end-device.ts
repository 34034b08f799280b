import { MeloError } from "../internal/errors.js";
import { passwordProof } from "../internal/password-proof.js";
import type { Account } from "./credentials.js";
import { HomeserverRefusal, homeserverRequest } from "./homeserver-request.js";

/**
 * Logs another device of the account out with the account's password. A device that is gone already is no error. Client-server specification, `DELETE /devices/{deviceId}` and
 * "User-Interactive Authentication API".
 */
export async function endOtherDevice({ homeserver, accessToken, userId }: Account, deviceId: string, password: string): Promise<void> {
  const path = `/_matrix/client/v3/devices/${encodeURIComponent(deviceId)}`;
  const ask = (auth?: object) => homeserverRequest(homeserver, path, { method: "DELETE", accessToken, body: { auth } });
  try {
    await ask();
  } catch (error) {
    const { cause } = MeloError.from(error);
    if (!(cause instanceof HomeserverRefusal)) throw error;
    if (cause.status === 404) return;
    const { session } = cause.body;
    if (cause.status !== 401 || typeof session !== "string") throw error;
    await ask(passwordProof(userId, password, session));
  }
}
