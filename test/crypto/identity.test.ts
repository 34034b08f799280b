import { expect } from "@open-wc/testing";
import { CryptoEvent, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { AccountIdentity, type IdentityClient, type IdentityCrypto } from "../../src/crypto/identity.js";
import type { IdentityState } from "../../src/crypto/identity-state.js";
import { MeloError } from "../../src/internal/errors.js";

const USER = "@alice:example.org";

describe("AccountIdentity", () => {
  const cases: readonly (readonly [IdentityState["status"], Partial<Facts>])[] = [
    ["none", { exists: false }],
    ["ready", {}],
    ["signed", { holds: false }],
    ["unverified", { signed: false, holds: false }],
    ["unusable", { signed: false, holds: false, recovery: false }],
    ["unusable", { signed: false, holds: false, lost: true }],
  ];
  for (const [status, facts] of cases) {
    it(`is ${status} with ${JSON.stringify(facts)}`, async () => {
      const { identity } = account(facts);
      await reaches(identity, status);
    });
  }

  it("follows what becomes of the device, and lets go of the client", async () => {
    const { identity, facts, client } = account();
    await reaches(identity, "ready");
    Object.assign(facts, { signed: false, holds: false });
    client.emit(CryptoEvent.DevicesUpdated, [USER], false);
    await reaches(identity, "unverified");
    identity[Symbol.dispose]();
    expect(client.eventNames()).to.deep.equal([]);
  });

  it("T8: says whose identity changed after they had been verified, until it ends", () => {
    const { identity, people } = account();
    expect(identity.state.changedPeople).to.deep.equal([]);
    people.tell!(["@bob:example.org"]);
    expect(identity.state.changedPeople).to.deep.equal(["@bob:example.org"]);
    identity[Symbol.dispose]();
    expect(people.signal!.aborted).to.equal(true);
  });

  it("shows where a reset has to be allowed until it is done, and says why it was not", async () => {
    const { identity, facts } = account({ signed: false, holds: false });
    const code = await identity.reset().catch((error: MeloError) => error.code);
    expect(code).to.equal("approval-needed");
    expect(identity.state).to.include({ approvalUrl: "https://account.example.org/", resetting: false, status: "unverified" });
    facts.allowed = true;
    await identity.reset();
    expect(identity.state).to.include({ approvalUrl: undefined, resetting: false, status: "ready" });
  });
});

interface Facts {
  exists: boolean;
  signed: boolean;
  holds: boolean;
  recovery: boolean;
  lost: boolean;
  allowed: boolean;
}

function account(given: Partial<Facts> = {}) {
  const facts: Facts = { exists: true, signed: true, holds: true, recovery: true, lost: false, allowed: false, ...given };
  const client = Object.assign(new TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>(), {
    getSafeUserId: () => USER,
    getDeviceId: () => "D",
    getAccountDataFromServer: async () => (facts.recovery ? { key: "id" } : {}),
    downloadKeysForUsers: async () => ({ device_keys: {}, self_signing_keys: {} }),
  });
  const crypto = {
    userHasCrossSigningKeys: async () => facts.exists,
    getDeviceVerificationStatus: async () => ({ signedByOwner: facts.signed }),
    getCrossSigningStatus: async () => ({
      privateKeysCachedLocally: { masterKey: facts.holds, selfSigningKey: facts.holds, userSigningKey: facts.holds },
    }),
  } as unknown as IdentityCrypto;
  const reset = {
    isLost: async () => facts.lost,
    async run(_password: string | undefined, onApproval: (url: string) => void) {
      if (facts.allowed) return void Object.assign(facts, { signed: true, holds: true });
      onApproval("https://account.example.org/");
      throw new MeloError("approval-needed", "as a test wants it");
    },
  };
  const people: { tell?: (userIds: readonly string[]) => void; signal?: AbortSignal } = {};
  const identity = new AccountIdentity({
    client: client as unknown as IdentityClient,
    crypto,
    reset,
    watchPeople: (tell, signal) => void Object.assign(people, { tell, signal }),
    toError: (error) => MeloError.from(error),
  });
  return { identity, facts, client, people };
}

async function reaches(identity: AccountIdentity, status: IdentityState["status"]): Promise<void> {
  if (identity.state.status === status) return;
  await new Promise<void>((resolve) => identity.subscribe(() => identity.state.status === status && resolve()));
}
