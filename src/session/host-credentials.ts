import { MeloError } from "../internal/errors.js";
import { checkedCredentials, type Credentials } from "../matrix/credentials.js";
import type { CredentialsRequest, CredentialsSource } from "./session-state.js";

/** Asks the host page for credentials. Rejects `credentials-invalid` when its function fails or gives something incomplete. */
export async function askHost(source: CredentialsSource, request: CredentialsRequest): Promise<Credentials> {
  if (typeof source !== "function") return checkedCredentials(source);
  let given: unknown;
  try {
    given = await source(request);
  } catch (cause) {
    throw new MeloError("credentials-invalid", "The page's credentials function failed.", { cause });
  }
  return checkedCredentials(given);
}
