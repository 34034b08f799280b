import { expect } from "@open-wc/testing";
import { CryptoEvent, UserVerificationStatus, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { UserIdentities } from "../../src/crypto/user-identities.js";

type Status = [verified: boolean, was: boolean, known: boolean, needsApproval: boolean];

const BOB = "@bob:example.org";

describe("UserIdentities", () => {
  it("tells the five states of an identity apart", async () => {
    const { crypto, identities } = setUp();
    const cases: [expected: string, status: Status][] = [
      ["unknown", [false, false, false, false]],
      ["known", [false, false, true, false]],
      ["verified", [true, true, true, false]],
      ["verified", [true, true, true, true]],
      ["changed", [false, false, true, true]],
      ["changed-since-verified", [false, true, true, false]],
      ["changed-since-verified", [false, true, true, true]],
    ];
    for (const [expected, status] of cases) {
      crypto.is(...status);
      expect(await identities.status(BOB), String(status)).to.equal(expected);
    }
  });

  it("pins a changed identity when it is approved, and nothing else", async () => {
    const { crypto, identities } = setUp();
    crypto.is(false, false, true, true);
    await identities.approve(BOB);
    expect(crypto.calls).to.deep.equal(["pin"]);
    await identities.approve(BOB);
    expect(crypto.calls).to.deep.equal(["pin"]);
  });

  it("does not approve the changed identity of somebody who was verified: that would withdraw the verification unsaid", async () => {
    const { crypto, identities } = setUp();
    crypto.is(false, true, true, true);
    const failure = await identities.approve(BOB).catch((error: unknown) => error);
    expect(failure).to.have.property("code", "identity-changed");
    expect(crypto.calls).to.be.empty;
  });

  it("withdraws a lost verification and pins what is there now, in one decision", async () => {
    const { crypto, identities } = setUp();
    crypto.is(false, true, true, true);
    await identities.withdraw(BOB);
    expect(crypto.calls).to.deep.equal(["withdraw", "pin"]);
    expect(await identities.status(BOB)).to.equal("known");
  });

  it("withdraws nothing from somebody who is verified", async () => {
    const { crypto, identities } = setUp();
    crypto.is(true, true, true, false);
    await identities.withdraw(BOB);
    expect(crypto.calls).to.be.empty;
  });

  it("tells whose identity may have changed, until the end", () => {
    const { client, identities } = setUp();
    const told: (readonly string[] | undefined)[] = [];
    const end = new AbortController();
    identities.onChange((userIds) => told.push(userIds), end.signal);
    client.emit(CryptoEvent.UserTrustStatusChanged, BOB, new UserVerificationStatus(false, false, true));
    client.emit(CryptoEvent.DevicesUpdated, [BOB, "@carol:example.org"], false);
    client.emit(CryptoEvent.KeysChanged, {});
    end.abort();
    client.emit(CryptoEvent.KeysChanged, {});
    expect(told).to.deep.equal([[BOB], [BOB, "@carol:example.org"], undefined]);
  });
});

function setUp() {
  const client = new TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>();
  const crypto = new Crypto();
  return { client, crypto, identities: new UserIdentities(client, crypto) };
}

class Crypto {
  readonly calls: string[] = [];
  #status: Status = [false, false, false, false];

  is(...status: Status): void {
    this.#status = status;
  }

  async getUserVerificationStatus(): Promise<UserVerificationStatus> {
    return new UserVerificationStatus(...this.#status);
  }

  async pinCurrentUserIdentity(): Promise<void> {
    this.calls.push("pin");
    this.#status = [this.#status[0], this.#status[1], true, false];
  }

  async withdrawVerificationRequirement(): Promise<void> {
    this.calls.push("withdraw");
    this.#status = [false, false, true, this.#status[3]];
  }

  async userHasCrossSigningKeys(): Promise<boolean> {
    return true;
  }
}
