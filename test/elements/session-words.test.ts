import { expect } from "@open-wc/testing";

import { conditionWords, errorWords, noticeWords, stepWords, waitWords } from "../../src/elements/session-words.js";
import type { MeloErrorCode } from "../../src/internal/errors.js";
import { fakeSession } from "../../stories/support/fake-session.js";

/** Words that mean nothing to a visitor, or blame them. */
const JARGON = /oops|please|error|session|cross-signing|4S|homeserver|!$/i;

/** Complete by its type: a code that is added has to be added here. */
const CODES: Record<MeloErrorCode, "visitor" | "owner"> = {
  "homeserver-not-found": "owner",
  "homeserver-invalid": "owner",
  "homeserver-unreachable": "visitor",
  offline: "visitor",
  "login-rejected": "visitor",
  "login-unsupported": "visitor",
  "credentials-invalid": "owner",
  "rate-limited": "visitor",
  "signed-out": "visitor",
  "not-signed-in": "visitor",
  "wasm-mime": "owner",
  "wasm-blocked": "owner",
  "wasm-not-found": "owner",
  "wasm-unreachable": "owner",
  "code-unreachable": "visitor",
  "start-timeout": "visitor",
  "store-wrong-key": "visitor",
  "store-other-device": "visitor",
  "store-lost": "visitor",
  "store-closed": "visitor",
  "store-full": "visitor",
  "room-not-found": "visitor",
  "room-invalid": "owner",
  "user-invalid": "owner",
  "key-file-invalid": "visitor",
  "key-file-passphrase": "visitor",
  "identity-unknown": "visitor",
  "code-invalid": "visitor",
  "verification-interrupted": "visitor",
  forbidden: "visitor",
  "too-large": "visitor",
  "identity-changed": "visitor",
  "device-unverified": "visitor",
  "approval-needed": "visitor",
  "recovery-key-wrong": "visitor",
  "recovery-none": "visitor",
  "recovery-exists": "visitor",
  "backup-gone": "visitor",
  "backup-locked": "visitor",
  "recovery-incomplete": "visitor",
  "call-service-missing": "visitor",
  "call-service-unreachable": "visitor",
  "call-service-refused": "visitor",
  "call-full": "visitor",
  "call-unreachable": "visitor",
  "call-encryption-failed": "visitor",
  "call-replaced": "visitor",
  "microphone-denied": "visitor",
  "microphone-missing": "visitor",
  "microphone-busy": "visitor",
  "camera-denied": "visitor",
  "camera-missing": "visitor",
  "camera-busy": "visitor",
  "screen-denied": "visitor",
  interrupted: "visitor",
  unsupported: "visitor",
  "password-needed": "visitor",
  "password-wrong": "visitor",
  "proof-unsupported": "visitor",
  unknown: "visitor",
};

describe("the words of a session", () => {
  for (const [code, reader] of Object.entries(CODES) as [MeloErrorCode, "visitor" | "owner"][]) {
    it(`tells the ${reader} about ${code}`, () => {
      const { text, forOwner = false } = errorWords({ code, message: "a developer's detail" });
      expect(forOwner).to.equal(reader === "owner");
      expect(text.includes(`[${code}]`)).to.equal(reader === "owner");
      expect(text).not.to.contain("a developer's detail");
      if (reader === "visitor") expect(text).not.to.match(JARGON);
    });
  }

  it("counts down to the next try, and says the server's name", () => {
    const { state } = fakeSession({ session: { status: "reconnecting", retryAt: 10_000 } });
    expect(conditionWords(state, 5_500)?.text).to.equal("Cannot reach matrix.example.org. Trying again in 5 s.");
    expect(conditionWords(state, 9_999)?.text).to.equal("Cannot reach matrix.example.org. Trying again in 1 s.");
    expect(conditionWords(state, 10_000)?.text).to.equal("Cannot reach matrix.example.org. Trying again…");
    expect(conditionWords(state, 0)?.action?.label).to.equal("Try now");
  });

  it("says nothing when all is well, and one sentence when the browser is offline", () => {
    expect(conditionWords(fakeSession().state, 0)).to.be.undefined;
    const { state } = fakeSession({ session: { status: "reconnecting", error: { code: "offline", message: "" } } });
    expect(conditionWords(state, 0)?.text).to.equal("You are offline. Messages are sent when you are back.");
  });

  it("has a sentence for every step and notice", () => {
    for (const step of ["code", "storage", "encryption", "server", undefined] as const) {
      expect(stepWords(fakeSession({ session: { step } }).state)).not.to.match(JARGON);
    }
    for (const notice of ["signed-out-elsewhere", "storage-lost", "storage-reset"] as const) {
      expect(noticeWords(notice).text).not.to.match(JARGON);
    }
    expect(waitWords(3_000, 0)).to.equal("Try again in 3 s.");
  });
});
