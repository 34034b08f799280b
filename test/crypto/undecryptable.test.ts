import { expect } from "@open-wc/testing";
import { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";

import { undecryptable } from "../../src/crypto/undecryptable.js";

const MEGOLM = { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "AwgA", session_id: "s" };

describe("undecryptable", () => {
  it("says nothing of an event that was decrypted or not tried", () => {
    expect(undecryptable({ isDecryptionFailure: () => false, decryptionFailureReason: null, getWireContent: () => MEGOLM })).to.be
      .undefined;
  });

  it("has a reason for every code of the SDK, a different one for each", () => {
    const codes = Object.values(DecryptionFailureCode);
    const reasons = codes.map((code) => failed(code));
    expect(codes).to.have.length(12);
    expect(new Set(reasons).size).to.equal(12);
    expect(reasons.filter((reason) => reason === "unknown")).to.have.length(1);
  });

  it("tells malformed ciphertext from an unknown error", () => {
    expect(failed(DecryptionFailureCode.UNKNOWN_ERROR)).to.equal("unknown");
    expect(failed(null)).to.equal("unknown");
    expect(failed("A_CODE_OF_TOMORROW" as DecryptionFailureCode)).to.equal("unknown");
    for (const content of [{}, { algorithm: "m.olm.v1" }, { ...MEGOLM, ciphertext: 7 }, { ...MEGOLM, session_id: undefined }]) {
      expect(failed(DecryptionFailureCode.UNKNOWN_ERROR, content)).to.equal("malformed");
    }
  });
});

function failed(code: DecryptionFailureCode | null, content: Record<string, unknown> = MEGOLM) {
  return undecryptable({ isDecryptionFailure: () => true, decryptionFailureReason: code, getWireContent: () => content });
}
