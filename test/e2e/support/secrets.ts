import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { environment } from "./environment.ts";

/** File in the stack's state folder. */
export const LEDGER = "e2e-secrets.txt";

/**
 * A text that occurs nowhere else, to be sent into encrypted rooms only. It is written down in the stack's state folder, so that the last test of the
 * run can look for every one of them in what the server kept. It has a letter outside ASCII, because escaping and encoding treat those differently.
 */
export async function secret(): Promise<string> {
  const text = newMarker();
  appendFileSync(await ledger(), `${text}\n`);
  return text;
}

/** The same kind of text, for rooms that are not encrypted: the server knows it, and the scan has to find it. */
export function newMarker(): string {
  return `möwe${randomBytes(10).toString("hex")}`;
}

/** Every secret of this run so far, by all test files. */
export async function knownSecrets(): Promise<string[]> {
  const file = await ledger();
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

async function ledger(): Promise<string> {
  return join((await environment()).stateFolder, LEDGER);
}
