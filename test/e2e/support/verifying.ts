import assert from "node:assert/strict";

import type { VerificationState } from "../../../src/crypto/verification-state.js";
import type { ChatPage } from "./chat-page.ts";
import type { Account, RawUser } from "./homeserver.ts";
import { until } from "./until.ts";

interface KeysAnswer {
  readonly device_keys: Record<string, Record<string, Signed>>;
  readonly master_keys: Record<string, Signed>;
  readonly self_signing_keys: Record<string, { keys: Record<string, string> }>;
}

interface Signed {
  readonly signatures: Record<string, Record<string, string>>;
}

export function verificationOf(page: ChatPage): Promise<VerificationState> {
  return page.frame.evaluate(() => structuredClone(window.chatSession!.verification.state));
}

/** Waits until the flow of a page has come to a status. */
export async function flowIs(page: ChatPage, status: VerificationState["status"]): Promise<VerificationState> {
  return until(`a verification that is ${status}`, async () => {
    const now = await verificationOf(page);
    if (now.status === status) return now;
    throw new Error(JSON.stringify(now));
  });
}

/** Waits for the emoji as they can be seen on both sides, and resolves with them. */
export async function sameEmoji(tag: string, one: ChatPage, other: ChatPage): Promise<string[]> {
  await Promise.all([flowIs(one, "emoji"), flowIs(other, "emoji")]);
  const [here, there] = await Promise.all([one, other].map((page) => page.frame.locator(tag).locator("ol li").allInnerTexts()));
  assert.equal(here!.length, 7);
  assert.deepEqual(here, there, "the same on both sides");
  assert.deepEqual((await verificationOf(one)).decimals, (await verificationOf(other)).decimals);
  return here!;
}

/** Whether the server gives out a signature of the page's device by the self-signing key of its owner. */
export async function isDeviceSigned(witness: RawUser, account: Account, page: ChatPage): Promise<boolean> {
  return isSigned(witness, account, (await page.session()).account!.deviceId);
}

/** The same for any device of the account. */
export async function isSigned(witness: RawUser, { userId }: Account, deviceId: string): Promise<boolean> {
  const answer = await keysOf(witness, userId);
  const [selfSigningKey] = Object.keys(answer.self_signing_keys[userId]!.keys);
  return answer.device_keys[userId]![deviceId]!.signatures[userId]![selfSigningKey!] !== undefined;
}

/** Whether `signer` has signed the identity of `user`: only they themselves are shown that. */
export async function isUserSigned(signer: RawUser, user: Account): Promise<boolean> {
  const answer = await keysOf(signer, user.userId);
  return answer.master_keys[user.userId]!.signatures[signer.userId] !== undefined;
}

/** The picture of the code that a page shows, as a data URL. */
export async function shownCode(page: ChatPage, tag: string): Promise<string> {
  const canvas = page.frame.locator(tag).locator("melo-qr-code canvas");
  await canvas.waitFor();
  return until("a drawn code", () =>
    canvas.evaluate((element) => ((element as HTMLCanvasElement).width > 100 ? (element as HTMLCanvasElement).toDataURL() : undefined)),
  );
}

/** Gives a page that scans a picture to read; resolves with whether there was a code in it. */
export async function scanPicture(page: ChatPage, tag: string, picture: string): Promise<boolean> {
  const scanner = page.frame.locator(tag).locator("melo-qr-scanner");
  await scanner.waitFor({ state: "attached" });
  return scanner.evaluate(async (element, url) => {
    const blob = await (await fetch(url)).blob();
    return (element as HTMLElement & { readPicture(from: Blob): Promise<boolean> }).readPicture(blob);
  }, picture);
}

function keysOf(asker: RawUser, userId: string): Promise<KeysAnswer> {
  return asker.call<KeysAnswer>("POST", "/_matrix/client/v3/keys/query", { device_keys: { [userId]: [] } });
}
