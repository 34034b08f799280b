import type { Rolldown } from "vite";

/** The tags of a page that shows a room. */
export const TAGS = ["src/elements/melo-session.ts", "src/elements/melo-room.ts"];
/** What a signed-in page with a session and a room does not need before its first message: signing in, writing, formatted messages, and what only their own tags ask for. */
export const LATER: readonly string[] = [
  "src/elements/melo-login.ts",
  "src/crypto/identity.ts",
  "src/crypto/identity-reset.ts",
  "src/crypto/new-identity.ts",
  "src/crypto/key-file.ts",
  "src/crypto/missing-secrets.ts",
  "src/crypto/own-devices.ts",
  "src/crypto/user-identities.ts",
  "src/elements/encryption-step-dialog.ts",
  "src/elements/melo-identity-notice.ts",
  "src/elements/user-dialog.ts",
  "src/matrix/room-identities.ts",
  "src/matrix/user.ts",
  "src/media/call-domain.ts",
  "src/media/call-manager.ts",
  "src/media/active-call.ts",
  "src/media/call-test.ts",
  "src/matrix/create-voice-channel.ts",
  "src/matrix/voice-channels.ts",
  "src/crypto/recovery.ts",
  "src/crypto/backup-restore.ts",
  "src/crypto/verification.ts",
  "node_modules/marked/lib/marked.esm.js",
  "node_modules/dompurify/dist/purify.es.mjs",
];

/** Whether a module is needed before the first message of such a page, by itself or by another one that is. Ask while the modules are put into files. */
export function isEarly(id: string, context: Pick<Rolldown.ChunkingContext, "getModuleInfo">, root: string): boolean {
  early ??= reachedFrom(TAGS.map((path) => `${root}/${path}`));
  return early.has(id);

  function reachedFrom(entries: readonly string[]): ReadonlySet<string> {
    const later = new Set(LATER.map((path) => `${root}/${path}`));
    const seen = new Set<string>();
    const open = [...entries];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const info = context.getModuleInfo(next);
      open.push(...(info?.importedIds ?? []), ...(info?.dynamicallyImportedIds ?? []).filter((name) => !later.has(name)));
    }
    return seen;
  }
}
let early: ReadonlySet<string> | undefined;
