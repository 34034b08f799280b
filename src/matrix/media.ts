import type { Readable } from "../internal/readable.js";

/** Media of the homeserver, as Blobs. Has no state of its own. */
export interface Media extends Readable<object> {
  /**
   * Fetches what an `mxc:` URI names, or a thumbnail of about `width` × `height` CSS pixels, with the access token in a header and only to the homeserver.
   * Rejects `unknown` for a URI outside the grammar. Client-server specification, "Content repository" (authenticated media).
   */
  load(uri: string, size?: { readonly width: number; readonly height: number }): Promise<Blob>;
}
