import type { Plugin } from "vite";

import { lookAlikesModule } from "./look-alikes.ts";

/**
 * Modules of the SDK that melo never runs, by path, and what stands for them: the calls of the old kind. melo's clients have `disableVoip` set; its calls are
 * MatrixRTC, whose modules stay. An upgrade of the SDK that imports more from them fails the build.
 */
const UNUSED: Readonly<Record<string, string>> = {
  "webrtc/call.js": "export const supportsMatrixCall = () => false; export const createNewMatrixCall = () => null;",
  "webrtc/callEventHandler.js": "export class CallEventHandler {}",
  "webrtc/groupCall.js": "export class GroupCall {}",
  "webrtc/groupCallEventHandler.js": "export class GroupCallEventHandler {}",
  "webrtc/mediaHandler.js": "export class MediaHandler {}",
};

const LOOK_ALIKES = "\0melo:look-alikes";
const UNUSED_MODULE = /matrix-js-sdk[\\/]lib[\\/](webrtc[\\/]\w+\.js)$/;

/** Makes the SDK smaller without taking anything from melo: 188 kB gzip become 140. */
export function slimSdk(): Plugin {
  return {
    name: "melo:slim-sdk",
    enforce: "pre",
    resolveId: {
      filter: { id: /^unhomoglyph$/ },
      handler: () => LOOK_ALIKES,
    },
    load(id) {
      if (id === LOOK_ALIKES) return lookAlikesModule();
      const path = UNUSED_MODULE.exec(id.split("?", 1)[0]!)?.[1]?.replaceAll("\\", "/");
      return path === undefined ? undefined : UNUSED[path];
    },
  };
}
