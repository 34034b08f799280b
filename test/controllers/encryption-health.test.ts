import { expect } from "@open-wc/testing";

import { encryptionHealth, type HealthInputs } from "../../src/controllers/encryption-health.js";

const WELL: HealthInputs = {
  session: { status: "ready", crossSigning: "ready" },
  identity: { status: "ready" },
  recovery: { status: "ready", canSetUp: true, backup: { status: "on" } },
  hasEncryptedRoom: true,
  isFreshlyVerified: false,
  hasChangedPerson: false,
  hasNewDevice: false,
};
const health = (change: Partial<HealthInputs>) => encryptionHealth({ ...WELL, ...change });
const step = (change: Partial<HealthInputs>) => health(change).step;

describe("encryptionHealth", () => {
  it("is well when this device reads and sends everything", () => {
    expect(health({})).to.deep.equal({ status: "ok" });
    expect(health({ session: { status: "reconnecting", crossSigning: "ready" } }).status).to.equal("ok");
  });

  it("never takes what is not known yet for a problem", () => {
    for (const change of [
      { session: { status: "starting", crossSigning: "missing" } },
      { session: { status: "ready", crossSigning: "unknown" } },
      { session: { status: "ready", crossSigning: "missing" }, identity: { status: "loading" } },
      { recovery: { status: "loading", canSetUp: false, backup: { status: "unknown" } } },
      { recovery: { status: "failed", canSetUp: false, backup: { status: "unknown" } } },
      { recovery: { status: "none", canSetUp: true, backup: { status: "unknown" } } },
    ] satisfies Partial<HealthInputs>[]) {
      expect(health(change), JSON.stringify(change)).to.deep.equal({ status: "loading" });
    }
  });

  it("wants this device verified before anything else, or a new beginning where nobody can do that", () => {
    const session = { status: "ready", crossSigning: "missing" } as const;
    const recovery = { status: "locked", canSetUp: false, backup: { status: "locked" } } as const;
    expect(step({ session, recovery, identity: { status: "unverified" } })).to.equal("verify-device");
    expect(step({ session, recovery, identity: { status: "unusable" } })).to.equal("reset-identity");
  });

  it("V6: is patient with secrets that follow a verification, and only then wants the recovery key", () => {
    const recovery = { status: "locked", canSetUp: false, backup: { status: "locked" } } as const;
    expect(health({ recovery, isFreshlyVerified: true })).to.deep.equal({ status: "healing" });
    expect(step({ recovery })).to.equal("enter-recovery-key");
  });

  it("leaves the visitor alone while the host page's secret is being used, whatever is missing", () => {
    const recovery = { status: "locked", canSetUp: false, backup: { status: "locked" } } as const;
    for (const crossSigning of ["missing", "ready"] as const) {
      expect(health({ session: { status: "ready", crossSigning, recoverySecret: "asking" }, recovery })).to.deep.equal({
        status: "healing",
      });
      expect(health({ session: { status: "ready", crossSigning, recoverySecret: "refused" }, recovery }).status).to.equal("attention");
    }
  });

  it("wants a way to the backup where there is no recovery key", () => {
    expect(step({ recovery: { status: "none", canSetUp: true, backup: { status: "locked" } } })).to.equal("turn-on-backup");
    expect(step({ recovery: { status: "none", canSetUp: false, backup: { status: "locked" } } })).to.equal("verify-device");
  });

  it("S2, B4: wants a recovery key and a backup once there is something to lose, and accepts that somebody wants none", () => {
    const none = { status: "none", canSetUp: true, backup: { status: "on" } } as const;
    expect(step({ recovery: none })).to.equal("set-up-recovery");
    expect(health({ recovery: none, hasEncryptedRoom: false })).to.deep.equal({ status: "ok" });
    expect(health({ recovery: { ...none, declined: true } })).to.deep.equal({ status: "ok" });
    const off = { status: "none", canSetUp: true, backup: { status: "off" } } as const;
    expect(step({ recovery: off })).to.equal("turn-on-backup");
    expect(health({ recovery: off, hasEncryptedRoom: false })).to.deep.equal({ status: "ok" });
    expect(health({ recovery: { ...off, backup: { status: "off", turnedOff: true } } })).to.deep.equal({ status: "ok" });
  });

  it("wants a recovery key that somebody has: one that was never confirmed is none", () => {
    expect(step({ recovery: { status: "ready", canSetUp: true, unconfirmed: true, backup: { status: "on" } } })).to.equal(
      "set-up-recovery",
    );
  });

  it("T8: wants a decision about somebody before what could be lost one day, and after what keeps this device from deciding", () => {
    expect(step({ hasChangedPerson: true })).to.equal("check-people");
    const none = { status: "none", canSetUp: true, backup: { status: "on" } } as const;
    expect(step({ hasChangedPerson: true, recovery: none, hasNewDevice: true })).to.equal("check-people");
    const locked = { status: "locked", canSetUp: false, backup: { status: "locked" } } as const;
    expect(step({ hasChangedPerson: true, recovery: locked })).to.equal("enter-recovery-key");
    const unverified = { session: { status: "ready", crossSigning: "missing" }, identity: { status: "unverified" } } as const;
    expect(step({ hasChangedPerson: true, ...unverified })).to.equal("verify-device");
  });

  it("L6: tells of a new device that nobody has verified, once nothing else is to be done", () => {
    expect(step({ hasNewDevice: true })).to.equal("check-devices");
    const none = { status: "none", canSetUp: true, backup: { status: "on" } } as const;
    expect(step({ hasNewDevice: true, recovery: none })).to.equal("set-up-recovery");
    expect(health({ hasNewDevice: true, session: { status: "starting", crossSigning: "unknown" } })).to.deep.equal({ status: "loading" });
  });

  it("B6: wants another recovery key when the one there is does not protect everything", () => {
    expect(step({ recovery: { status: "out-of-sync", canSetUp: true, backup: { status: "on" } } })).to.equal("renew-recovery");
  });
});
