import { base64ToBytes, bytesToBase64 } from "../internal/base64.js";
import { MeloError } from "../internal/errors.js";

/** Client-server specification, "Key export format". */
const BEGIN = "-----BEGIN MEGOLM SESSION DATA-----";
const END = "-----END MEGOLM SESSION DATA-----";
const VERSION = 1;
const [SALT, IV, ROUNDS, MAC] = [16, 16, 4, 32];
const HEAD = 1 + SALT + IV + ROUNDS;
const LINE = 96;
/** What OWASP asks of PBKDF2 with SHA-512 is less. */
const OWN_ROUNDS = 500_000;
/** A file could ask for so many rounds that the page never ends them. */
const MOST_ROUNDS = 10_000_000;
/** Larger files are refused before they are looked at, in characters: some hundred thousand keys. */
const LARGEST = 200_000_000;

/** Encrypts `text` under a passphrase, as the text of a key file. */
export async function sealKeyFile(text: string, passphrase: string, rounds = OWN_ROUNDS): Promise<string> {
  const head = new Uint8Array(HEAD);
  const [salt, iv] = [head.subarray(1, 1 + SALT), head.subarray(1 + SALT, 1 + SALT + IV)];
  head[0] = VERSION;
  crypto.getRandomValues(salt);
  crypto.getRandomValues(iv);
  iv[8]! &= 0x7f; // bit 63 is 0, for implementations whose counters have signs
  new DataView(head.buffer).setUint32(1 + SALT + IV, rounds);
  const { aes, hmac } = await keysOf(passphrase, salt, rounds);
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, aes, new TextEncoder().encode(text));
  const body = join(head, new Uint8Array(ciphertext));
  const whole = join(body, new Uint8Array(await crypto.subtle.sign("HMAC", hmac, body)));
  return [BEGIN, ...linesOf(bytesToBase64(whole)), END, ""].join("\n");
}

/**
 * Opens the text of a key file. Rejects `key-file-invalid` for what is none or is damaged beyond reading, and `key-file-passphrase` where the passphrase is not right or the file was altered: the
 * two cannot be told apart. Nothing is decrypted before that is known.
 */
export async function openKeyFile(file: string, passphrase: string): Promise<string> {
  const whole = decode(bodyOf(file));
  if (whole.length < HEAD + MAC) throw invalid("It is too short.");
  if (whole[0] !== VERSION) throw invalid(`Its version is ${whole[0]}, and 1 is the only one.`);
  const body = whole.subarray(0, -MAC);
  const rounds = new DataView(whole.buffer, whole.byteOffset).getUint32(1 + SALT + IV);
  if (rounds < 1 || rounds > MOST_ROUNDS) throw invalid(`It asks for ${rounds} rounds.`);
  const { aes, hmac } = await keysOf(passphrase, whole.slice(1, 1 + SALT), rounds);
  if (!(await crypto.subtle.verify("HMAC", hmac, whole.slice(-MAC), body.slice())))
    throw new MeloError("key-file-passphrase", "The passphrase is not right, or the file was altered.");
  const counter = whole.slice(1 + SALT, 1 + SALT + IV);
  const text = await crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, aes, body.slice(HEAD));
  return new TextDecoder().decode(text);
}

function bodyOf(file: string): string {
  if (file.length > LARGEST) throw invalid("It is too large.");
  const begin = file.indexOf(BEGIN);
  const end = begin < 0 ? -1 : file.indexOf(END, begin);
  if (end < 0) throw invalid("It does not begin and end as a key file does.");
  return file.slice(begin + BEGIN.length, end).replaceAll(/\s/g, "");
}

async function keysOf(passphrase: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<{ aes: CryptoKey; hmac: CryptoKey }> {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt, iterations: rounds }, secret, 512);
  const [aes, hmac] = await Promise.all([
    crypto.subtle.importKey("raw", bits.slice(0, 32), "AES-CTR", false, ["encrypt", "decrypt"]),
    crypto.subtle.importKey("raw", bits.slice(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
  ]);
  return { aes, hmac };
}

function invalid(why: string): MeloError {
  return new MeloError("key-file-invalid", `This is not a key file. ${why}`);
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return base64ToBytes(base64);
  } catch {
    throw invalid("It is not base64.");
  }
}

function linesOf(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / LINE) }, (_, line) => text.slice(line * LINE, (line + 1) * LINE));
}
