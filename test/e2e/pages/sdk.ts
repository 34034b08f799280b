// Another client: matrix-js-sdk as its own documentation uses it, with nothing of melo's. The tests drive it through `window.sdk`.

import * as matrix from "matrix-js-sdk";
import {
  CryptoEvent,
  VerificationRequestEvent,
  VerifierEvent,
  decodeRecoveryKey,
  deriveRecoveryKeyFromPassphrase,
  type CryptoApi,
  type ShowQrCodeCallbacks,
  type ShowSasCallbacks,
  type VerificationRequest,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { encodeQR } from "qr";
import { decodeQR } from "qr/decode.js";

/** What can be seen of the verification that this client takes part in. */
export interface SdkVerification {
  /** A `VerificationPhase`; 0 while there is none. */
  readonly phase: number;
  readonly otherUserId?: string;
  readonly otherDeviceId?: string;
  readonly cancellationCode?: string | null;
  /** The other side shows, or scans. */
  readonly canScan?: boolean;
  readonly canShow?: boolean;
  readonly emoji?: readonly (readonly [symbol: string, name: string])[];
  readonly decimals?: readonly number[];
  /** The other side has scanned the code. */
  readonly scanned?: boolean;
  /** What the verifier said at its end. */
  readonly error?: string;
}

export interface SdkStatus {
  readonly deviceSigned: boolean;
  readonly crossSigningReady: boolean;
  readonly secretStorageReady: boolean;
  /** The private keys of the identity that this device holds. */
  readonly holds: readonly string[];
  readonly backupVersion: string | null;
  readonly holdsBackupKey: boolean;
}

interface SignIn {
  readonly homeserver: string;
  readonly name: string;
  readonly password: string;
  /** The verification methods that it offers; all that the SDK has by default. */
  readonly methods?: string[];
  /** What its device is called; the server names it by default. */
  readonly deviceId?: string;
}

let client: matrix.MatrixClient;
let crypto: CryptoApi;
let password = "";
/** What somebody has typed as the recovery key. */
let typed: string | undefined;
let request: VerificationRequest | undefined;
let sas: ShowSasCallbacks | undefined;
let scanned: ShowQrCodeCallbacks | undefined;
let verifying = false;
let error: string | undefined;

const sdk = {
  async enter(options: SignIn): Promise<{ userId: string; deviceId: string }> {
    const { homeserver: baseUrl, name, methods, deviceId: device_id } = options;
    password = options.password;
    const answer = await matrix
      .createClient({ baseUrl })
      .loginRequest({ type: "m.login.password", identifier: { type: "m.id.user", user: name }, password, device_id });
    const { user_id: userId, device_id: deviceId, access_token: accessToken } = answer;
    client = matrix.createClient({
      baseUrl,
      userId,
      deviceId,
      accessToken,
      verificationMethods: methods,
      cryptoCallbacks: { getSecretStorageKey },
    });
    await client.initRustCrypto({ useIndexedDB: false });
    crypto = client.getCrypto()!;
    client.on(CryptoEvent.VerificationRequestReceived, follow);
    const prepared = new Promise<void>((resolve) => {
      client.on(matrix.ClientEvent.Sync, (state) => void (state === matrix.SyncState.Prepared && resolve()));
    });
    await client.startClient({ initialSyncLimit: 50 });
    await prepared;
    await crypto.getUserDeviceInfo([userId], true);
    await crypto.checkKeyBackupAndEnable(); // the first look, or it would still be told to who asks after a backup was made
    return { userId, deviceId };
  },

  /** A new identity, which the server may want the password for. */
  async bootstrap(setupNewCrossSigning = false): Promise<void> {
    await crypto.bootstrapCrossSigning({ setupNewCrossSigning, authUploadDeviceSigningKeys: prove });
  },

  async reset(): Promise<void> {
    await crypto.resetEncryption(prove);
  },

  async makeRecoveryKey(passphrase?: string): Promise<string> {
    const made = await crypto.createRecoveryKeyFromPassphrase(passphrase);
    typed = made.encodedPrivateKey;
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => made,
      setupNewSecretStorage: true,
      setupNewKeyBackup: (await crypto.getActiveSessionBackupVersion()) === null,
    });
    return made.encodedPrivateKey!;
  },

  /** Opens everything by the recovery key, or its passphrase, and fetches the backup. */
  async enterRecoveryKey(keyOrPassphrase: string): Promise<{ imported: number; total: number }> {
    typed = keyOrPassphrase;
    await crypto.bootstrapCrossSigning({});
    await crypto.crossSignDevice(client.getDeviceId()!);
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    await crypto.checkKeyBackupAndEnable();
    return crypto.restoreKeyBackup();
  },

  async restore(): Promise<{ imported: number; total: number }> {
    await crypto.checkKeyBackupAndEnable();
    return crypto.restoreKeyBackup();
  },

  async status(): Promise<SdkStatus> {
    const userId = client.getSafeUserId();
    const [device, signing, secretStorageReady, backupVersion, backupKey] = await Promise.all([
      crypto.getDeviceVerificationStatus(userId, client.getDeviceId()!),
      crypto.getCrossSigningStatus(),
      crypto.isSecretStorageReady(),
      crypto.getActiveSessionBackupVersion(),
      crypto.getSessionBackupPrivateKey(),
    ]);
    const holds = Object.entries(signing.privateKeysCachedLocally).flatMap(([name, held]) => (held ? [name] : []));
    const deviceSigned = device?.signedByOwner ?? false;
    const crossSigningReady = await crypto.isCrossSigningReady();
    return { deviceSigned, crossSigningReady, secretStorageReady, holds, backupVersion, holdsBackupKey: backupKey !== null };
  },

  async isUserVerified(userId: string): Promise<boolean> {
    return (await crypto.getUserVerificationStatus(userId)).isCrossSigningVerified();
  },

  async createRoom(invite: string[], isDirect = false): Promise<string> {
    const initial_state = [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }];
    const preset = matrix.Preset.TrustedPrivateChat;
    const { room_id } = await client.createRoom({ preset, invite, is_direct: isDirect, initial_state });
    while (!(await crypto.isEncryptionEnabledInRoom(room_id)))
      await new Promise((resolve) => client.once(matrix.ClientEvent.Sync, resolve));
    if (isDirect)
      await client.setAccountData(matrix.EventType.Direct, {
        ...client.getAccountData(matrix.EventType.Direct)?.getContent(),
        [invite[0]!]: [room_id],
      });
    return room_id;
  },

  async join(roomId: string): Promise<void> {
    await client.joinRoom(roomId);
  },

  async send(roomId: string, body: string): Promise<void> {
    await client.sendTextMessage(roomId, body);
  },

  /** The texts of a room that this client can read. */
  async texts(roomId: string): Promise<string[]> {
    const events = client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
    await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
    return events.flatMap((event) => {
      const { body } = event.getContent();
      return event.getType() === "m.room.message" && event.isEncrypted() && !event.isDecryptionFailure() && typeof body === "string"
        ? [body]
        : [];
    });
  },

  /** Whether it knows the identity of somebody, which a request by chat needs. */
  async knows(userId: string): Promise<boolean> {
    return crypto.userHasCrossSigningKeys(userId, true);
  },

  async requestOwn(deviceId?: string): Promise<void> {
    const mine = client.getSafeUserId();
    follow(deviceId === undefined ? await crypto.requestOwnUserVerification() : await crypto.requestDeviceVerification(mine, deviceId));
  },

  async requestUser(userId: string, roomId: string): Promise<void> {
    follow(await crypto.requestVerificationDM(userId, roomId));
  },

  verification(): SdkVerification {
    if (!request) return { phase: 0 };
    const { phase, otherUserId, otherDeviceId, cancellationCode } = request;
    return {
      phase,
      otherUserId,
      otherDeviceId,
      cancellationCode,
      canScan: request.otherPartySupportsMethod("m.qr_code.scan.v1"),
      canShow: request.otherPartySupportsMethod("m.qr_code.show.v1"),
      emoji: sas?.sas.emoji,
      decimals: sas?.sas.decimal,
      scanned: scanned !== undefined,
      error,
    };
  },

  async accept(): Promise<void> {
    await request!.accept();
  },

  async start(): Promise<void> {
    await request!.startVerification("m.sas.v1");
  },

  async confirm(): Promise<void> {
    if (scanned) scanned.confirm();
    else await sas!.confirm();
  },

  async mismatch(): Promise<void> {
    sas!.mismatch();
  },

  async cancel(): Promise<void> {
    await request!.cancel();
  },

  /** The code of this side as a picture, 8 pixels for each module. */
  async shownCode(): Promise<string> {
    const bytes = await request!.generateQRCode();
    const modules = encodeQR(String.fromCharCode(...bytes!), "raw", {
      encoding: "byte",
      textEncoder: (text) => Uint8Array.from(text, (char) => char.charCodeAt(0)),
    });
    const side = (modules.length + 8) * 8;
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const context = canvas.getContext("2d")!;
    context.fillStyle = "white";
    context.fillRect(0, 0, side, side);
    context.fillStyle = "black";
    for (const [y, row] of modules.entries())
      for (const [x, dark] of row.entries()) if (dark) context.fillRect((x + 4) * 8, (y + 4) * 8, 8, 8);
    return canvas.toDataURL();
  },

  /** Reads the code of the other side from a picture of it. */
  async scan(picture: string): Promise<void> {
    const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    const parts: number[] = [];
    const textDecoder = (bytes: Uint8Array): string => (parts.push(...bytes), "");
    decodeQR(context.getImageData(0, 0, bitmap.width, bitmap.height), { textDecoder });
    await request!.scanQRCode(Uint8ClampedArray.from(parts));
    handleChange();
  },
};

export type Sdk = typeof sdk;

declare global {
  interface Window {
    readonly sdk: Sdk;
  }
}

Object.assign(window, { sdk });

async function getSecretStorageKey({ keys }: { keys: Record<string, matrix.SecretStorage.SecretStorageKeyDescription> }) {
  const id = (await client.secretStorage.getDefaultKeyId()) ?? Object.keys(keys)[0]!;
  const info = keys[id];
  if (!info || typed === undefined) return null;
  try {
    return [id, decodeRecoveryKey(typed)] as [string, Uint8Array<ArrayBuffer>];
  } catch {
    const { salt, iterations } = info.passphrase;
    return [id, await deriveRecoveryKeyFromPassphrase(typed, salt, iterations)] as [string, Uint8Array<ArrayBuffer>];
  }
}

const prove: matrix.UIAuthCallback<void> = (makeRequest) =>
  makeRequest({ type: "m.login.password", identifier: { type: "m.id.user", user: client.getSafeUserId() }, password });

function follow(next: VerificationRequest): void {
  request = next;
  [sas, scanned, verifying, error] = [undefined, undefined, false, undefined];
  next.on(VerificationRequestEvent.Change, handleChange);
  handleChange();
}

function handleChange(): void {
  const verifier = request?.verifier;
  if (!verifier) return;
  if (!verifying) {
    verifying = true;
    verifier.on(VerifierEvent.ShowSas, (callbacks) => (sas = callbacks));
    verifier.on(VerifierEvent.ShowReciprocateQr, (callbacks) => (scanned = callbacks));
    verifier.verify().catch((reason: unknown) => (error = String(reason)));
  }
  sas ??= verifier.getShowSasCallbacks() ?? undefined;
  scanned ??= verifier.getReciprocateQrCodeCallbacks() ?? undefined;
}
