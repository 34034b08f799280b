import { DeviceId, OlmMachine, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";

/** A new identity that nobody has published yet. The private parts are in this object alone. */
export interface NewIdentity {
  /** What the server is to take: the body of `POST /keys/device_signing/upload` without the proof. */
  readonly upload: Readonly<Record<string, unknown>>;
  /** The public master key, which tells this identity from any other. */
  readonly masterKey: string;
  /** In the order in which a crypto store takes them. */
  readonly secrets: readonly [master: string, selfSigning: string, userSigning: string];
}

/**
 * Makes an identity beside the device's own crypto store, which would give up the keys that it has before the server took the new ones. The wasm has to be loaded.
 * The signature of the machine that lives for this moment is left out: it is no device of the account.
 */
export async function newIdentity(userId: string): Promise<NewIdentity> {
  const machine = await OlmMachine.initialize(new UserId(userId), new DeviceId("NEW-IDENTITY"));
  try {
    const { uploadSigningKeysRequest } = await machine.bootstrapCrossSigning(true);
    const upload = JSON.parse(uploadSigningKeysRequest.body) as { master_key: { keys: Record<string, string>; signatures?: unknown } };
    delete upload.master_key.signatures;
    const made = await machine.exportCrossSigningKeys();
    return {
      upload,
      masterKey: Object.values(upload.master_key.keys)[0]!,
      secrets: [made!.masterKey!, made!.self_signing_key!, made!.userSigningKey!],
    };
  } finally {
    machine.close();
  }
}
