import { createCipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes } from "node:crypto";

import type { RawUser } from "./homeserver.ts";

/** So many keys go to the server in one request. */
const BATCH = 500;
/** What comes before the 32 bytes of an X25519 public key in SPKI. RFC 8410. */
const X25519_SPKI = Buffer.from("302a300506032b656e032100", "hex");

/**
 * Puts `count` keys of made-up rooms into the account's backup, as a client would that has read so many conversations: each is a Megolm session that can be imported, encrypted for the
 * backup's public key by Node's own cryptography. Client-server specification, "Backup algorithm: m.megolm_backup.v1.curve25519-aes-sha2".
 */
export async function fillBackup(user: RawUser, count: number, perRoom = 25): Promise<void> {
  const { version, auth_data } = await user.call<{ version: string; auth_data: { public_key: string } }>(
    "GET",
    "/_matrix/client/v3/room_keys/version",
  );
  for (let begin = 0; begin < count; begin += BATCH) {
    const rooms: Record<string, { sessions: Record<string, object> }> = {};
    for (let index = begin; index < Math.min(count, begin + BATCH); index++) {
      const roomId = `!filled${Math.floor(index / perRoom)}:example.org`;
      const { sessionId, content } = newSession();
      const session_data = sealForBackup(JSON.stringify(content), auth_data.public_key);
      (rooms[roomId] ??= { sessions: {} }).sessions[sessionId] = {
        first_message_index: 0,
        forwarded_count: 0,
        is_verified: true,
        session_data,
      };
    }
    await user.call("PUT", `/_matrix/client/v3/room_keys/keys?version=${version}`, { rooms });
  }
}

/** A session as clients export it: version 1, index 0, a ratchet, and the public key that the session is named after. Megolm specification, "Session export format". */
function newSession() {
  const sessionId = base64(rawKey(generateKeyPairSync("ed25519").publicKey));
  const session_key = base64(Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), randomBytes(128), Buffer.from(sessionId, "base64")]));
  const content = {
    algorithm: "m.megolm.v1.aes-sha2",
    forwarding_curve25519_key_chain: [],
    sender_claimed_keys: { ed25519: base64(rawKey(generateKeyPairSync("ed25519").publicKey)) },
    sender_key: base64(rawKey(generateKeyPairSync("x25519").publicKey)),
    session_key,
  };
  return { sessionId, content };
}

/** What a client writes into the backup in place of `plain`. */
export function sealForBackup(plain: string, publicKey: string) {
  const ours = generateKeyPairSync("x25519");
  const theirs = createPublicKey({ key: Buffer.concat([X25519_SPKI, Buffer.from(publicKey, "base64")]), format: "der", type: "spki" });
  const shared = diffieHellman({ privateKey: ours.privateKey, publicKey: theirs });
  const keys = Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(32), Buffer.alloc(0), 80));
  const cipher = createCipheriv("aes-256-cbc", keys.subarray(0, 32), keys.subarray(64));
  const ciphertext = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  // The code is over nothing, as the specification says that all clients do.
  const mac = createHmac("sha256", keys.subarray(32, 64)).digest().subarray(0, 8);
  return { ephemeral: base64(rawKey(ours.publicKey)), ciphertext: base64(ciphertext), mac: base64(mac) };
}

function rawKey(key: ReturnType<typeof createPublicKey>): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(-32);
}

/** Unpadded. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
