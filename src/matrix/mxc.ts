/** The two parts of a content URI. */
export interface Mxc {
  readonly serverName: string;
  readonly mediaId: string;
}

/** A server name begins and ends with a letter or digit, so that none is a step in a path (`.` and `..`); IPv6 addresses stand in brackets. */
const MXC = /^mxc:\/\/((?:[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?)\/([a-z0-9_-]{1,255})$/i;

/**
 * The parts of an `mxc:` URI, or `undefined` for everything that is not exactly one: the grammar is the guard against paths that lead elsewhere on the homeserver
 * (CVE-2024-50336). Client-server specification, "Matrix Content (`mxc://`) URIs"; appendices, "Server Name".
 */
export function parseMxc(uri: unknown): Mxc | undefined {
  const [, serverName, mediaId] = (typeof uri === "string" && MXC.exec(uri)) || [];
  return serverName && mediaId ? { serverName, mediaId } : undefined;
}

/** `uri` itself if it is an `mxc:` URI of the strict grammar. */
export function checkedMxc(uri: unknown): string | undefined {
  return parseMxc(uri) ? (uri as string) : undefined;
}
