import { expect } from "@open-wc/testing";

import { gatherSecrets } from "../../src/crypto/missing-secrets.js";

describe("gatherSecrets", () => {
  let restore: () => void;

  beforeEach(() => {
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((work: () => void) => void queueMicrotask(work)) as never;
    restore = () => void (globalThis.setTimeout = setTimeout);
  });
  afterEach(() => restore());

  it("asks nobody when everything is here", async () => {
    const { run, asked, told } = device({ identityAfter: 0, backupAfter: 0 });
    expect(await run()).to.be.true;
    expect(asked.count).to.equal(0);
    expect(told).to.deep.equal([]);
  });

  it("says that the keys have changed when the last of them came after the backup's, of which nobody else tells", async () => {
    const { run, told } = device({ identityAfter: 2, backupAfter: 1 });
    expect(await run()).to.be.true;
    expect(told).to.deep.equal(["crossSigning.keysChanged"]);
  });

  it("asks again until the identity and the key of the backup have come", async () => {
    const { run, asked } = device({ identityAfter: 1, backupAfter: 2 });
    expect(await run()).to.be.true;
    expect(asked.count).to.equal(2);
  });

  it("wants no key of a backup that does not exist", async () => {
    const { run, asked } = device({ identityAfter: 0, backupAfter: Infinity, hasBackup: false });
    expect(await run()).to.be.true;
    expect(asked.count).to.equal(0);
  });

  it("gives up after a while, and at once when the client ends", async () => {
    const { run, asked } = device({ identityAfter: Infinity, backupAfter: Infinity });
    expect(await run()).to.be.false;
    expect(asked.count).to.equal(4);
    const end = new AbortController();
    end.abort();
    const failure = await run(end.signal).catch((error: unknown) => error);
    expect(failure).to.have.property("name", "AbortError");
    expect(asked.count).to.equal(4);
  });
});

/** A device whose secrets come after it has asked so many times. */
function device({ identityAfter, backupAfter, hasBackup = true }: { identityAfter: number; backupAfter: number; hasBackup?: boolean }) {
  const asked = { count: 0 };
  const crypto = {
    getCrossSigningStatus: async () => {
      const has = asked.count >= identityAfter;
      return { privateKeysCachedLocally: { masterKey: has, selfSigningKey: has, userSigningKey: has } };
    },
    getSessionBackupPrivateKey: async () => (asked.count >= backupAfter ? new Uint8Array(32) : null),
    olmMachine: { requestMissingSecretsIfNeeded: async () => true },
    outgoingRequestsManager: { doProcessOutgoingRequests: async () => void asked.count++ },
  };
  const authedRequest = async () => {
    if (hasBackup) return { version: "1" };
    throw Object.assign(new Error("none"), { errcode: "M_NOT_FOUND" });
  };
  const told: string[] = [];
  const client = { http: { authedRequest }, emit: (event: string) => told.push(event) > 0 };
  const run = (signal = new AbortController().signal) => gatherSecrets(client as never, crypto as never, signal);
  return { asked, run, told };
}
