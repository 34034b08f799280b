import { expect } from "@open-wc/testing";

import { blockOf, mayReceive } from "../../src/media/admission.js";

const speaks = { maySpeak: true };
const listens = { maySpeak: false };
const fine = { hasKey: true };

describe("what is received in a call", () => {
  it("is in an encrypted call what says that it is encrypted, of members who may speak", () => {
    expect(mayReceive(true, { declaredEncrypted: true, member: speaks })).to.equal(true);
    expect(mayReceive(true, { declaredEncrypted: false, member: speaks })).to.equal(false);
    expect(mayReceive(true, { declaredEncrypted: true, member: listens })).to.equal(false);
    expect(mayReceive(true, { declaredEncrypted: true, member: undefined })).to.equal(false);
  });

  it("is in a call without encryption what is not encrypted, of members who may speak", () => {
    expect(mayReceive(false, { declaredEncrypted: false, member: speaks })).to.equal(true);
    expect(mayReceive(false, { declaredEncrypted: true, member: speaks })).to.equal(false);
    expect(mayReceive(false, { declaredEncrypted: false, member: listens })).to.equal(false);
    expect(mayReceive(false, { declaredEncrypted: false, member: undefined })).to.equal(false);
  });
});

describe("why a track is not played", () => {
  const encrypted = { declaredEncrypted: true, member: speaks };

  it("says nothing of one that is encrypted with a known key", () => {
    expect(blockOf(true, encrypted, fine)).to.equal(undefined);
  });

  it("names clear text before anything about keys, and the lack of permission before that", () => {
    expect(blockOf(true, { declaredEncrypted: false, member: speaks }, { hasKey: false })).to.equal("not-encrypted");
    expect(blockOf(true, { declaredEncrypted: false, member: listens }, { hasKey: false })).to.equal("not-allowed");
    expect(blockOf(true, { declaredEncrypted: true, member: undefined }, fine)).to.equal("not-allowed");
  });

  it("tells a key that is missing from one that was refused and one that opens nothing", () => {
    expect(blockOf(true, encrypted, { hasKey: false })).to.equal("key-missing");
    expect(blockOf(true, encrypted, { hasKey: false, refused: "not-encrypted" })).to.equal("key-refused");
    expect(blockOf(true, encrypted, { hasKey: true, trouble: "key-wrong" })).to.equal("key-wrong");
    expect(blockOf(true, encrypted, { hasKey: true, trouble: "key-missing" })).to.equal("key-missing");
    expect(blockOf(true, encrypted, { hasKey: true, trouble: "key-missing", refused: "sender-mismatch" })).to.equal("key-refused");
  });

  it("does not hold an earlier refusal against a key that works", () => {
    expect(blockOf(true, encrypted, { hasKey: true, refused: "malformed" })).to.equal(undefined);
  });
});
