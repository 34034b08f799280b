import type { MatrixClient } from "matrix-js-sdk/lib/matrix.js";

/** The private parts of the identity, by the names under which they are stored. Client-server specification, "Cross-signing". */
export const IDENTITY_SECRETS = ["m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing"] as const;
/** The key of the backup. Client-server specification, "Server-side key backups". */
export const BACKUP_SECRET = "m.megolm_backup.v1";
/** All that a recovery key protects. */
export const SECRETS = [...IDENTITY_SECRETS, BACKUP_SECRET] as const;

/** Deletes a secret at the server, where there is one. */
export async function dropSecret({ secretStorage }: Pick<MatrixClient, "secretStorage">, name: (typeof SECRETS)[number]): Promise<void> {
  if (Object.keys((await secretStorage.isStored(name)) ?? {}).length > 0) await secretStorage.store(name, null);
}
