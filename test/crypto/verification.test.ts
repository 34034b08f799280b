import { assert } from "@open-wc/testing";
import { VerificationPhase } from "matrix-js-sdk/lib/crypto-api/verification.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { DeviceVerification } from "../../src/crypto/verification.js";
import type { VerificationState } from "../../src/crypto/verification-state.js";

const ME = "@alice:example.org";

/** For events by any name. */
class AnyEmitter extends TypedEventEmitter<string, Record<string, (...args: unknown[]) => void>> {}

/** A request as the SDK gives it; `calls` has what was done with it. */
class FakeRequest extends AnyEmitter {
  phase = VerificationPhase.Requested;
  isSelfVerification = true;
  initiatedByMe = false;
  otherDeviceId = "TULIP";
  roomId = undefined;
  pending = true;
  cancellationCode: string | null = null;
  verifier: FakeVerifier | undefined;
  readonly calls: string[] = [];

  async accept(): Promise<void> {
    this.calls.push("accept");
    await Promise.resolve();
    this.goTo(VerificationPhase.Ready);
  }

  async startVerification(): Promise<void> {
    this.calls.push("start");
    this.verifier = new FakeVerifier(this);
    this.goTo(VerificationPhase.Started);
  }

  async cancel(): Promise<void> {
    this.calls.push("cancel");
  }

  goTo(phase: VerificationPhase): void {
    this.phase = phase;
    this.emit("change");
  }

  cancelled(code: string): void {
    this.cancellationCode = code;
    this.goTo(VerificationPhase.Cancelled);
  }
}

class FakeVerifier extends AnyEmitter {
  readonly outcome = Promise.withResolvers<void>();
  hasBeenCancelled = false;
  readonly #request: FakeRequest;

  constructor(request: FakeRequest) {
    super();
    this.#request = request;
  }

  verify(): Promise<void> {
    return this.outcome.promise;
  }

  getShowSasCallbacks(): null {
    return null;
  }

  show(): void {
    const confirm = async (): Promise<void> => void this.#request.calls.push("confirm");
    const mismatch = (): void => void this.#request.calls.push("mismatch");
    const emoji = Array.from({ length: 7 }, () => ["📌", "Pin"]);
    this.emit("show_sas", { sas: { emoji, decimal: [1000, 2000, 3000] }, confirm, mismatch, cancel: () => {} });
  }
}

function setUp(waiting: FakeRequest[] = []) {
  const client = Object.assign(new AnyEmitter(), { getSafeUserId: () => ME });
  const own = new FakeRequest();
  own.initiatedByMe = true;
  const crypto = {
    methods: [] as string[],
    setSupportedVerificationMethods: (methods: string[]) => void (crypto.methods = methods),
    requestOwnUserVerification: async () => own,
    requestDeviceVerification: async () => own,
    getVerificationRequestsToDeviceInProgress: () => waiting,
    getUserDeviceInfo: async () => new Map([[ME, new Map([["TULIP", { displayName: "Phone" }]])]]),
  };
  const options = [client, crypto] as unknown as ConstructorParameters<typeof DeviceVerification>;
  const verification = new DeviceVerification(...options);
  const receive = (request: FakeRequest) => client.emit("crypto.verificationRequestReceived", request);
  const told: VerificationState["status"][] = [];
  verification.subscribe(() => void told.push(verification.state.status));
  return { verification, own, receive, crypto, told };
}

/** A flow that shows its emoji. */
async function comparing() {
  const world = setUp();
  const request = new FakeRequest();
  world.receive(request);
  await world.verification.accept();
  await world.verification.start();
  request.verifier!.show();
  return { ...world, request, verifier: request.verifier! };
}

describe("verifying an own device", () => {
  it("offers emoji alone", () => assert.deepEqual(setUp().crypto.methods, ["m.sas.v1"]));

  it("shows who asks, and answers once however often it is accepted", async () => {
    const { verification, receive } = setUp();
    const request = new FakeRequest();
    receive(request);
    assert.strictEqual(verification.state.status, "asked");
    await Promise.all([verification.accept(), verification.accept(), verification.decline()]);
    assert.deepEqual(request.calls, ["accept"]);
    assert.strictEqual(verification.state.status, "ready");
    assert.strictEqual(verification.state.device?.deviceId, "TULIP");
  });

  it("is done only when the engine says so, and not when the visitor confirms", async () => {
    const { verification, request, verifier } = await comparing();
    assert.strictEqual(verification.state.status, "emoji");
    assert.deepEqual(verification.state.emoji?.[0], { index: 63, symbol: "📌", name: "Pin" });
    assert.deepEqual(verification.state.decimals, [1000, 2000, 3000]);
    await Promise.all([verification.confirm(), verification.confirm(), verification.mismatch()]);
    assert.deepEqual(request.calls, ["accept", "start", "confirm"]);
    assert.strictEqual(verification.state.status, "confirming");
    verifier.outcome.resolve();
    await verifier.outcome.promise;
    assert.strictEqual(verification.state.status, "done");
    assert.ok(Object.isFrozen(verification.state));
    structuredClone(verification.state);
  });

  it("ends with a mismatch, and stays ended", async () => {
    const { verification, request, told } = await comparing();
    await verification.mismatch();
    await verification.confirm();
    request.cancelled("m.mismatched_sas");
    assert.deepEqual(request.calls.slice(2), ["mismatch"]);
    assert.strictEqual(verification.state.reason, "mismatch");
    assert.strictEqual(verification.state.emoji, undefined);
    assert.ok(!told.includes("done"));
  });

  for (const [code, reason] of [
    ["m.user", "by-them"],
    ["m.timeout", "timeout"],
    ["m.mismatched_sas", "mismatch"],
    ["m.accepted", "accepted-elsewhere"],
    ["m.key_mismatch", "key-mismatch"],
    ["m.mismatched_commitment", "key-mismatch"],
    ["m.something_else", "unknown"],
  ] as const) {
    it(`says "${reason}" for ${code}, and verified nothing`, async () => {
      const { verification, request, told } = await comparing();
      await verification.confirm();
      request.cancelled(code);
      assert.strictEqual(verification.state.status, "cancelled");
      assert.strictEqual(verification.state.reason, reason);
      assert.ok(!told.includes("done"));
    });
  }

  it("knows why the comparison ended before the request did", async () => {
    const { verification, verifier, told } = await comparing();
    verifier.hasBeenCancelled = true;
    verifier.outcome.reject(
      new Error("Verification cancelled by us with code m.mismatched_commitment: The hash commitment did not match."),
    );
    await verifier.outcome.promise.catch(() => {});
    assert.strictEqual(verification.state.reason, "key-mismatch");
    assert.ok(!told.includes("done"));
  });

  it("stops a request that is cancelled before it was sent", async () => {
    const { verification, own } = setUp();
    const asking = verification.request();
    assert.strictEqual(verification.state.status, "asking");
    await verification.cancel();
    await asking;
    assert.deepEqual(own.calls, ["cancel"]);
    assert.strictEqual(verification.state.reason, "by-us");
  });

  it("fails with the reason when a message cannot be sent, and ends the flow for the other side", async () => {
    const { verification, receive } = setUp();
    const request = new FakeRequest();
    request.accept = async () => {
      throw Object.assign(new Error("no network"), { name: "ConnectionError" });
    };
    receive(request);
    await verification.accept();
    assert.strictEqual(verification.state.status, "failed");
    assert.strictEqual(verification.state.error?.code, "homeserver-unreachable");
    assert.deepEqual(request.calls, ["cancel"]);
    await verification.dismiss();
    assert.strictEqual(verification.state.status, "idle");
    assert.strictEqual(verification.state.error, undefined);
  });

  it("takes a request that came before anybody listened, and leaves those of other people alone", () => {
    assert.strictEqual(setUp([new FakeRequest()]).verification.state.status, "asked");
    const foreign = new FakeRequest();
    foreign.isSelfVerification = false;
    assert.strictEqual(setUp([foreign]).verification.state.status, "idle");
  });

  it("does not let a second request replace a flow", async () => {
    const { verification, receive } = await comparing();
    const second = new FakeRequest();
    second.otherDeviceId = "MALLORY";
    receive(second);
    assert.strictEqual(verification.state.status, "emoji");
    assert.strictEqual(verification.state.device?.deviceId, "TULIP");
  });
});
