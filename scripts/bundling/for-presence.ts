import type { Rolldown } from "vite";

/** The tag that shows who is in a call, on pages that have nothing else of calls. */
const PRESENCE = "src/elements/melo-voice-presence.ts";

/** Whether a module is needed by that tag: such modules are a file of their own, so that it does not bring what all the other tags share. Ask while the modules are put into files. */
export function isForPresence(id: string, context: Pick<Rolldown.ChunkingContext, "getModuleInfo">, root: string): boolean {
  if (!known) {
    known = new Set();
    const open = [`${root}/${PRESENCE}`];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (known.has(next)) continue;
      known.add(next);
      open.push(...(context.getModuleInfo(next)?.importedIds ?? []));
    }
  }
  return known.has(id);
}
let known: Set<string> | undefined;
