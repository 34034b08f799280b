/** The key that opens a backup, as the engine has it. */
export interface BackupKey {
  readonly megolmV1PublicKey: { readonly publicKeyBase64: string };
  decryptV1(ephemeral: string, mac: string, ciphertext: string): string;
  free(): void;
}

/** What this device has of a backup; `free()` the key after use. The SDK has it beside its public surface. */
export async function backupKeys(crypto: object): Promise<{ readonly decryptionKey?: BackupKey; readonly backupVersion?: string }> {
  const { olmMachine } = crypto as { olmMachine: { getBackupKeys(): Promise<{ decryptionKey?: BackupKey; backupVersion?: string }> } };
  return olmMachine.getBackupKeys();
}

/** The version of the backup that this device has the key of. */
export async function openVersion(crypto: object): Promise<string | undefined> {
  const { decryptionKey, backupVersion } = await backupKeys(crypto);
  decryptionKey?.free();
  return decryptionKey && backupVersion;
}
