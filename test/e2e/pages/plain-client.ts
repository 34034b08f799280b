// A client of the bare SDK, as another project would make one: in memory, its device signed by its owner.

import { ClientEvent, createClient, SyncState, type MatrixClient, type Room } from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

export interface DeviceLogin {
  readonly homeserver: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  /** Default true: the account gets an identity, which signs this device. */
  readonly signed?: boolean;
}

/** Starts the client. Resolves when it has synced. */
export async function startPlainClient({ homeserver, userId, deviceId, accessToken, signed = true }: DeviceLogin): Promise<MatrixClient> {
  const client = createClient({ baseUrl: homeserver, userId, deviceId, accessToken, disableVoip: true, logger: quiet });
  await client.initRustCrypto({ useIndexedDB: false });
  const synced = new Promise<void>((resolve) => client.on(ClientEvent.Sync, (state) => state === SyncState.Syncing && resolve()));
  await client.startClient({ initialSyncLimit: 20 });
  await synced;
  if (signed) await client.getCrypto()!.bootstrapCrossSigning({ authUploadDeviceSigningKeys: async (upload) => upload(null) });
  return client;
}

/** Joins a room after its invite has come: whoever joins before gets no message keys of the time before. */
export async function joinInvited(client: MatrixClient, roomId: string): Promise<Room> {
  const standing = () => client.getRoom(roomId)?.getMyMembership();
  await when(client, () => standing() !== undefined);
  if (standing() !== "join") await client.joinRoom(roomId);
  await when(client, () => standing() === "join" && client.getRoom(roomId)!.hasEncryptionStateEvent());
  return client.getRoom(roomId)!;
}

/** Creates an encrypted room for calls that everybody may join. */
export async function createCallRoom(client: MatrixClient, name: string, invite: readonly string[], encrypted = true): Promise<string> {
  const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  const { room_id } = await client.createRoom({
    name,
    preset: "private_chat" as never,
    invite: [...invite],
    creation_content: { type: "org.matrix.msc3417.call" },
    initial_state: encrypted ? [encryption] : [],
    power_level_content_override: { events: { "org.matrix.msc3401.call.member": 0, "org.matrix.msc4143.rtc.member": 0 } },
  });
  await when(client, () => client.getRoom(room_id)?.hasEncryptionStateEvent() === encrypted);
  return room_id;
}

/** Resolves when `holds`, which is asked whenever the client has synced. */
async function when(client: MatrixClient, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      client.off(ClientEvent.Sync, look);
      resolve();
    };
    client.on(ClientEvent.Sync, look);
    look();
  });
}

const quiet: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => quiet };
