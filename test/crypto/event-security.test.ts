import { expect } from "@open-wc/testing";
import { EventShieldColour, EventShieldReason } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";

import { eventSecurity } from "../../src/crypto/event-security.js";

describe("eventSecurity", () => {
  it("says nothing against a message that is all right", async () => {
    expect(await judge({}, EventShieldColour.NONE, null)).to.be.undefined;
  });

  const reasons: [EventShieldReason, string][] = [
    [EventShieldReason.UNKNOWN, "unknown"],
    [EventShieldReason.UNVERIFIED_IDENTITY, "unverified-identity"],
    [EventShieldReason.UNSIGNED_DEVICE, "unsigned-device"],
    [EventShieldReason.UNKNOWN_DEVICE, "unknown-device"],
    [EventShieldReason.AUTHENTICITY_NOT_GUARANTEED, "authenticity-not-guaranteed"],
    [EventShieldReason.VERIFICATION_VIOLATION, "identity-changed"],
    [EventShieldReason.MISMATCHED_SENDER, "sender-mismatch"],
    [99 as EventShieldReason, "unknown"],
  ];
  for (const [given, reason] of reasons) {
    it(`gives the reason ${reason} for ${EventShieldReason[given] ?? "one that a newer SDK adds"}`, async () => {
      expect(await judge({}, EventShieldColour.RED, given)).to.deep.equal({ level: "bad", reason });
      expect(await judge({}, EventShieldColour.GREY, given)).to.deep.equal({ level: "care", reason });
    });
  }

  it("never passes a decrypted message that the crypto knows nothing of", async () => {
    expect(await eventSecurity({ getEncryptionInfoForEvent: async () => null }, event({}), true)).to.deep.equal({
      level: "care",
      reason: "unknown",
    });
  });

  it("marks clear text in an encrypted room, and only there", async () => {
    const clear = event({ encrypted: false });
    expect(await eventSecurity(unasked, clear, true)).to.deep.equal({ level: "bad", reason: "unencrypted" });
    expect(await eventSecurity(unasked, clear, false)).to.be.undefined;
  });

  it("leaves out what is never encrypted: state, reactions and redactions", async () => {
    for (const never of [{ state: true }, { type: "m.reaction" }, { type: "m.room.redaction" }, { redacted: true }]) {
      expect(await eventSecurity(unasked, event({ encrypted: false, ...never }), true)).to.be.undefined;
    }
  });

  it("leaves out own messages on their way, and what is not readable", async () => {
    for (const not of [{ status: "sending" }, { failed: true }, { clear: false }, { status: "encrypting", encrypted: false }]) {
      expect(await eventSecurity(unasked, event(not), true)).to.be.undefined;
    }
  });
});

const unasked = { getEncryptionInfoForEvent: () => expect.fail("should not be asked") };

function judge(given: Parameters<typeof event>[0], shieldColour: EventShieldColour, shieldReason: EventShieldReason | null) {
  return eventSecurity({ getEncryptionInfoForEvent: async () => ({ shieldColour, shieldReason }) }, event(given), true);
}

function event({
  encrypted = true,
  clear = true,
  failed = false,
  state = false,
  redacted = false,
  status = null as string | null,
  type = "m.room.message",
}): MatrixEvent {
  return {
    status,
    isEncrypted: () => encrypted,
    isState: () => state,
    isRedacted: () => redacted,
    isDecryptionFailure: () => failed,
    getType: () => type,
    getClearContent: () => (clear ? {} : null),
  } as unknown as MatrixEvent;
}
