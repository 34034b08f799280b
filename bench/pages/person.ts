// Somebody who sets a room up, or sits in it and writes to every device that appears: the bare SDK in memory.

import { ClientEvent, createClient, Preset, SyncState } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

import { MARK } from "../mark.ts";
import type { DeviceCredentials } from "../measured-page.ts";

declare global {
  interface Window {
    /** Starts the device, with an identity of its own that has signed it. */
    startPerson(homeserver: string, credentials: DeviceCredentials): Promise<void>;
    createEncryptedRoom(invited: string): Promise<string>;
    invite(roomId: string, userId: string): Promise<void>;
    join(roomId: string): Promise<void>;
    write(roomId: string, body: string): Promise<void>;
    /** Writes the mark and the device's id to each new device of that person, as soon as it is known. */
    greetDevicesOf(userId: string, roomId: string): Promise<void>;
  }
}

let client: ReturnType<typeof createClient>;

window.startPerson = async (baseUrl, { userId, deviceId, accessToken }) => {
  client = createClient({ baseUrl, userId, deviceId, accessToken, disableVoip: true, logger: quiet });
  await client.initRustCrypto({ useIndexedDB: false });
  const synced = new Promise<void>((resolve) => client.on(ClientEvent.Sync, (state) => state === SyncState.Syncing && resolve()));
  await client.startClient({ initialSyncLimit: 20 });
  await synced;
  await client.getCrypto()!.bootstrapCrossSigning({ authUploadDeviceSigningKeys: async (upload) => upload(null) });
};

window.createEncryptedRoom = async (invited) => {
  const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  const { room_id } = await client.createRoom({ preset: Preset.PrivateChat, invite: [invited], initial_state: [encryption] });
  await isEncrypted(room_id);
  return room_id;
};

/** Waits until the sync has brought the room. */
async function isEncrypted(roomId: string): Promise<void> {
  while (!(await client.getCrypto()!.isEncryptionEnabledInRoom(roomId)))
    await new Promise((resolve) => client.once(ClientEvent.Sync, resolve));
}

window.invite = async (roomId, userId) => void (await client.invite(roomId, userId));

window.join = async (roomId) => {
  await client.joinRoom(roomId);
  await isEncrypted(roomId);
};

window.write = async (roomId, body) => void (await client.sendTextMessage(roomId, body));

window.greetDevicesOf = async (userId, roomId) => {
  const crypto = client.getCrypto()!;
  const devices = async (download = false) => [...((await crypto.getUserDeviceInfo([userId], download)).get(userId)?.keys() ?? [])];
  const known = new Set(await devices(true));
  client.on(CryptoEvent.DevicesUpdated, async (users) => {
    if (!users.includes(userId)) return;
    const appeared = (await devices()).filter((id) => !known.has(id));
    for (const id of appeared) known.add(id);
    for (const id of appeared) await client.sendTextMessage(roomId, `${MARK} ${id}`);
  });
};

const quiet: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => quiet };
