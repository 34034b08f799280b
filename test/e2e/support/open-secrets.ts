import { createDecipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, timingSafeEqual } from "node:crypto";

import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";

import type { RawUser } from "./homeserver.ts";

const SPKI = Buffer.from("302a300506032b656e032100", "hex");
const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");

/**
 * What the recovery key opens at the server, by Node's own cryptography: the secret of that name. Rejects if it is not stored under this key. Client-server specification,
 * "m.secret_storage.v1.aes-hmac-sha2".
 */
export async function openSecret(user: RawUser, recoveryKey: string, name: string): Promise<string> {
  const at = (type: string) => `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/account_data/${type}`;
  const { key: id } = await user.call<{ key: string }>("GET", at("m.secret_storage.default_key"));
  const { encrypted } = await user.call<{ encrypted?: Record<string, { iv: string; ciphertext: string; mac: string }> }>("GET", at(name));
  const stored = encrypted?.[id];
  if (!stored) throw new Error(`${name} is not stored under the current recovery key.`);
  const keys = Buffer.from(hkdfSync("sha256", decodeRecoveryKey(recoveryKey.replaceAll(" ", "")), Buffer.alloc(32), name, 64));
  const ciphertext = Buffer.from(stored.ciphertext, "base64");
  const mac = createHmac("sha256", keys.subarray(32)).update(ciphertext).digest();
  if (!timingSafeEqual(mac, Buffer.from(stored.mac, "base64"))) throw new Error(`The recovery key does not open ${name}.`);
  const decipher = createDecipheriv("aes-256-ctr", keys.subarray(0, 32), Buffer.from(stored.iv, "base64"));
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
}

/** One key of the backup, as the one who wrote it said it. Client-server specification, "Backup algorithm: m.megolm_backup.v1.curve25519-aes-sha2". */
export function openSession(
  secret: string,
  { ephemeral, ciphertext }: { ephemeral: string; ciphertext: string },
): { session_key: string; sender_key: string; algorithm: string } {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(secret, "base64")]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(ephemeral, "base64")]), format: "der", type: "spki" });
  const keys = Buffer.from(hkdfSync("sha256", diffieHellman({ privateKey, publicKey }), Buffer.alloc(32), Buffer.alloc(0), 80));
  const decipher = createDecipheriv("aes-256-cbc", keys.subarray(0, 32), keys.subarray(64));
  const plain = Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64")), decipher.final()]).toString("utf8");
  return JSON.parse(plain) as ReturnType<typeof openSession>;
}
