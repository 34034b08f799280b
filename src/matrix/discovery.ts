import { MeloError, isTemporary } from "../internal/errors.js";
import { HomeserverRefusal, homeserverRequest } from "./homeserver-request.js";

/** How long discovery waits for an answer, in ms. */
const TIMEOUT = 10_000;

/**
 * Finds the base URL (no trailing slash) of the homeserver that a page's author wrote down as a URL (`https://matrix.example.org`) or a server name (`example.org`).
 * Rejects `homeserver-not-found`, `homeserver-invalid`, `homeserver-unreachable` or `offline`. Client-server specification, "Server Discovery".
 */
export async function discoverHomeserver(written: string): Promise<string> {
  const text = written.trim();
  if (/^https?:\/\//i.test(text)) return checked(text);
  if (!isServerName(text)) throw new MeloError("homeserver-not-found", `"${text}" is neither a URL nor a server name.`);
  if (isLoopback(text)) return checked(`http://${text}`);
  return (await delegated(text)) ?? checked(`https://${text}`);
}

/** The base URL that the server name's `/.well-known/matrix/client` gives, or `undefined` where it gives none. */
async function delegated(serverName: string): Promise<string | undefined> {
  const hostname = serverName.replace(/:\d+$/, "");
  let document: Record<string, unknown>;
  try {
    document = await homeserverRequest(`https://${hostname}`, "/.well-known/matrix/client", { timeout: TIMEOUT });
  } catch (error) {
    // A page that is missing mostly lacks the CORS header as well, so "not found" and "no answer" look alike: both mean that nothing is delegated.
    const { code } = MeloError.from(error);
    if (code === "homeserver-invalid" || code === "offline") throw error;
    return undefined;
  }
  const homeserver = document["m.homeserver"];
  const baseUrl = isRecord(homeserver) ? homeserver["base_url"] : undefined;
  if (typeof baseUrl !== "string") throw new MeloError("homeserver-invalid", `The well-known document of ${hostname} names no homeserver.`);
  const identity = document["m.identity_server"];
  if (identity !== undefined && (!isRecord(identity) || typeof identity["base_url"] !== "string" || !URL.canParse(identity["base_url"]))) {
    throw new MeloError("homeserver-invalid", `The well-known document of ${hostname} names a broken identity server.`);
  }
  try {
    return await checked(baseUrl, { secure: true });
  } catch (error) {
    const { code, message } = MeloError.from(error);
    if (code !== "homeserver-not-found") throw error;
    throw new MeloError("homeserver-invalid", `The well-known document of ${hostname} points to nothing: ${message}`, { cause: error });
  }
}

/** The normalised base URL, once a homeserver has answered there. */
async function checked(written: string, { secure = false } = {}): Promise<string> {
  const url = URL.parse(written);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new MeloError("homeserver-invalid", `"${written}" is no URL of a homeserver.`);
  if (secure && url.protocol === "http:" && !isLoopback(url.host))
    throw new MeloError("homeserver-invalid", `"${written}" is not encrypted.`);
  const baseUrl = (url.origin + url.pathname).replace(/\/+$/, "");
  let answer: Record<string, unknown>;
  try {
    answer = await homeserverRequest(baseUrl, "/_matrix/client/versions", { timeout: TIMEOUT });
  } catch (error) {
    const failure = MeloError.from(error);
    const { code, cause } = failure;
    if (code === "homeserver-unreachable" && !(cause instanceof HomeserverRefusal))
      throw new MeloError("homeserver-not-found", `No homeserver answers at ${baseUrl}.`, { cause });
    if (isTemporary(failure)) throw error;
    throw new MeloError("homeserver-invalid", `What answers at ${baseUrl} is no homeserver.`, { cause: error });
  }
  const versions = answer["versions"];
  if (!Array.isArray(versions) || !versions.some((version) => typeof version === "string")) {
    throw new MeloError("homeserver-invalid", `What answers at ${baseUrl} names no version of the client-server API.`);
  }
  return baseUrl;
}

/** Appendices of the specification, "Server Name": a DNS name, IPv4 or bracketed IPv6 address, and perhaps a port. */
function isServerName(text: string): boolean {
  return /^([a-z0-9.-]{1,255}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i.test(text);
}

/** This machine itself: the one place where a homeserver may be had without TLS. */
function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
