import { extname } from "node:path";

import { minifySync } from "rolldown/utils";
import type { Plugin } from "vite";

const WORKER = "livekit-client.e2ee.worker";

/**
 * LiveKit's worker for frames is copied as it is, 300 kB with long names; here it is made as small as the rest. It also gets the name of a script, since some servers do not
 * know `.mjs`, and browsers start nothing that was served as something else.
 */
export function smallWorker(): Plugin {
  return {
    name: "melo:small-worker",
    generateBundle(_options, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type !== "asset" || !name.includes(WORKER)) continue;
        const text = typeof file.source === "string" ? file.source : new TextDecoder().decode(file.source);
        const { code, errors } = minifySync("worker.js", text.replace(/\n\/\/# sourceMappingURL=.*$/m, ""), { module: true });
        if (errors.length > 0 || extname(name) !== ".js")
          throw new Error(`LiveKit's worker cannot be made smaller: ${errors.join(" ") || name}`);
        file.source = code;
      }
    },
  };
}
