import { assert } from "@open-wc/testing";
import { ConnectionError } from "matrix-js-sdk/lib/http-api/errors.js";
import { VerificationPhase } from "matrix-js-sdk/lib/crypto-api/verification.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { AccountVerification, type KeptRequest, type VerificationOptions } from "../../src/crypto/verification.js";
import { serverError } from "../../src/matrix/server-error.js";
import type { VerificationState } from "../../src/crypto/verification-state.js";

const ME = "@alice:example.org";
const BOB = "@bob:example.org";
const CHAT = "!chat:example.org";
/** As long and as begun as a real one. */
const CODE = new TextEncoder().encode(`MATRIX\u0002\u0001${"x".repeat(90)}`);
const ALL = ["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1", "m.reciprocate.v1"];

/** For events by any name. */
class AnyEmitter extends TypedEventEmitter<string, Record<string, (...args: unknown[]) => void>> {}

/** A request as the SDK gives it; `calls` has what was done with it. */
class FakeRequest extends AnyEmitter {
  transactionId = "t1";
  phase = VerificationPhase.Requested;
  isSelfVerification = true;
  initiatedByMe = false;
  otherUserId = ME;
  otherDeviceId = "TULIP";
  roomId: string | undefined;
  timeout: number | null = null;
  methods = ["m.sas.v1"];
  chosenMethod: string | null = null;
  /** What the engine makes of a scanned code. */
  scanOutcome: () => Promise<void> = async () => {};
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

  otherPartySupportsMethod(method: string): boolean {
    return this.methods.includes(method);
  }

  async generateQRCode(): Promise<Uint8ClampedArray> {
    return new Uint8ClampedArray(CODE);
  }

  async scanQRCode(): Promise<void> {
    this.calls.push("scan");
    await this.scanOutcome();
    this.beginByCode();
  }

  /** One side has scanned the other's code. */
  beginByCode(): FakeVerifier {
    this.chosenMethod = "m.reciprocate.v1";
    this.verifier = new FakeVerifier(this);
    this.goTo(VerificationPhase.Started);
    return this.verifier;
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
  scanned: object | null = null;
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

  getReciprocateQrCodeCallbacks(): object | null {
    return this.scanned;
  }

  /** The other side says that it has scanned the code. */
  isScanned(): void {
    this.scanned = { confirm: () => void this.#request.calls.push("confirm"), cancel: () => void this.#request.calls.push("cancel-code") };
    this.#request.emit("change");
  }

  show(): void {
    const confirm = async (): Promise<void> => void this.#request.calls.push("confirm");
    const mismatch = (): void => void this.#request.calls.push("mismatch");
    const emoji = Array.from({ length: 7 }, () => ["📌", "Pin"]);
    this.emit("show_sas", { sas: { emoji, decimal: [1000, 2000, 3000] }, confirm, mismatch, cancel: () => {} });
  }
}

function setUp(waiting: FakeRequest[] = [], inChat?: FakeRequest, kept?: KeptRequest) {
  const client = Object.assign(new AnyEmitter(), {
    getSafeUserId: () => ME,
    getUser: (userId: string) => (userId === BOB ? { displayName: "Bob" } : null),
    decrypted: [] as unknown[],
    decryptEventIfNeeded: async (event: unknown) => void client.decrypted.push(event),
  });
  const own = new FakeRequest();
  own.initiatedByMe = true;
  const crypto = {
    methods: [] as string[],
    setSupportedVerificationMethods: (methods: string[]) => void (crypto.methods = methods),
    processed: [] as unknown[],
    processSyncChanges: async (changes: unknown) => void crypto.processed.push(changes),
    requestOwnUserVerification: async () => own,
    requestDeviceVerification: async () => own,
    hasIdentity: true,
    userHasCrossSigningKeys: async () => crypto.hasIdentity,
    identities: {} as Record<string, string[]>,
    getUserCrossSigningKeys: async (userId: string) => {
      const keys = crypto.identities[userId];
      return keys ? Object.fromEntries(keys.map((key) => [`${key}_key`, { keys: { [`ed25519:${key}`]: key } }])) : null;
    },
    getUserVerificationStatus: async () => ({ known: true }),
    requestVerificationDM: async (_userId: string, roomId: string) => {
      own.roomId = roomId;
      own.isSelfVerification = false;
      own.otherUserId = BOB;
      return own;
    },
    findVerificationRequestDMInProgress: () => inChat,
    getVerificationRequestsToDeviceInProgress: () => waiting,
    getUserDeviceInfo: async () => new Map([[ME, new Map([["TULIP", { displayName: "Phone" }]])]]),
  };
  const direct = {
    open: async () => CHAT,
    list: () => new Map([[CHAT, BOB]]),
    has: (roomId: string) => roomId === CHAT,
  };
  const memory = { kept, load: async () => memory.kept, save: async (next: KeptRequest | undefined) => void (memory.kept = next) };
  const options = { client, crypto, direct, memory, toError: serverError };
  const verification = new AccountVerification(options as unknown as VerificationOptions);
  const receive = (request: FakeRequest) => client.emit("crypto.verificationRequestReceived", request);
  const told: VerificationState["status"][] = [];
  verification.subscribe(() => void told.push(verification.state.status));
  return { client, verification, own, receive, crypto, told, memory };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

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

describe("a device that is named like a key of an identity", () => {
  for (const owner of [ME, BOB])
    it(`is never verified, whether the key is of ${owner === ME ? "the visitor" : "its owner"}: ended on both sides before anything is shown`, async () => {
      const { verification, receive, crypto } = setUp();
      crypto.identities[owner] = ["MASTER", "TULIP"];
      const request = new FakeRequest();
      if (owner === BOB) Object.assign(request, { isSelfVerification: false, otherUserId: BOB, roomId: CHAT });
      receive(request);
      await verification.accept();
      await new Promise((resolve) => setTimeout(resolve));
      assert.deepInclude(verification.state, { status: "cancelled", reason: "key-mismatch" });
      assert.include(request.calls, "cancel");
    });

  it("is not confirmed either where the other side was faster with its emoji", async () => {
    const { verification, request, crypto } = await comparing();
    crypto.identities[ME] = ["TULIP"];
    await verification.confirm();
    assert.deepInclude(verification.state, { status: "cancelled", reason: "key-mismatch" });
    assert.notInclude(request.calls, "confirm");
  });
});

describe("verifying an own device", () => {
  it("offers emoji and both sides of a code", () => {
    const methods = ["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1", "m.reciprocate.v1"];
    assert.deepEqual(setUp().crypto.methods, methods);
  });

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
    assert.deepEqual(verification.state.emoji?.[0], { symbol: "📌", name: "Pin" });
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
      throw new ConnectionError("no network");
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

  it("keeps a request until it is answered, and gives it to the engine of the next tab", async () => {
    const message = {
      type: "m.key.verification.request",
      sender: ME,
      content: { transaction_id: "t1", timestamp: Date.now(), from_device: "TULIP" },
    };
    const first = setUp();
    first.receive(new FakeRequest());
    first.client.emit("receivedToDeviceMessage", { message, encryptionInfo: null });
    assert.deepEqual(first.memory.kept, message);
    const second = setUp([], undefined, message);
    await pause();
    assert.deepEqual(second.crypto.processed, [{ toDeviceEvents: [message], useMsc4186: true }]);
    await first.verification.decline();
    assert.strictEqual(first.memory.kept, undefined);
  });

  it("keeps nobody else's request, and gives up one that is too old", async () => {
    const message = { type: "m.key.verification.request", sender: BOB, content: { transaction_id: "t1", timestamp: Date.now() } };
    const { client, receive, memory } = setUp();
    receive(new FakeRequest());
    client.emit("receivedToDeviceMessage", { message, encryptionInfo: null });
    assert.strictEqual(memory.kept, undefined);
    const old = setUp([], undefined, { ...message, sender: ME, content: { ...message.content, timestamp: Date.now() - 700_000 } });
    await pause();
    assert.deepEqual(old.crypto.processed, []);
    assert.strictEqual(old.memory.kept, undefined);
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

describe("verifying by a code", () => {
  it("offers what the other side can do, and no more", async () => {
    for (const [methods, expected] of [
      [["m.sas.v1"], { emoji: true, scan: false, code: false }],
      [ALL, { emoji: true, scan: true, code: true }],
      [["m.qr_code.scan.v1", "m.reciprocate.v1"], { emoji: false, scan: false, code: true }],
      [["m.sas.v1", "m.qr_code.show.v1", "m.reciprocate.v1"], { emoji: true, scan: true, code: false }],
      [["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1"], { emoji: true, scan: false, code: false }],
    ] as const) {
      const { verification } = await agreed(methods);
      const { methods: offered, code } = verification.state;
      assert.deepEqual({ ...offered, code: code !== undefined }, expected, String(methods));
    }
  });

  it("shows the code that the engine made, and forgets it with the step", async () => {
    const { verification, request } = await agreed(ALL);
    assert.strictEqual(verification.state.code, btoa(String.fromCharCode(...CODE)));
    const verifier = request.beginByCode();
    assert.strictEqual(verification.state.code, undefined);
    assert.strictEqual(verification.state.status, "confirming", "until it is known that it was scanned");
    verifier.isScanned();
    assert.strictEqual(verification.state.status, "code-scanned");
    await Promise.all([verification.confirm(), verification.confirm(), verification.mismatch()]);
    assert.deepEqual(request.calls, ["accept", "confirm"]);
    verifier.outcome.resolve();
    await verifier.outcome.promise;
    assert.strictEqual(verification.state.status, "done");
  });

  it("verifies nothing when the visitor sees that the other side did not scan it", async () => {
    const { verification, request, told } = await agreed(ALL);
    request.beginByCode().isScanned();
    await verification.mismatch();
    assert.deepEqual(request.calls, ["accept", "cancel-code"]);
    assert.strictEqual(verification.state.reason, "mismatch");
    assert.ok(!told.includes("done"));
  });

  it("refuses what is no code, and goes on", async () => {
    const { verification, request } = await agreed(ALL);
    for (const bytes of [new Uint8Array(), new TextEncoder().encode("https://example.org/menu"), CODE.subarray(0, 8)]) {
      const error = await verification.scan(bytes).catch((failure: unknown) => failure);
      assert.propertyVal(error, "code", "code-invalid");
    }
    assert.strictEqual(verification.state.status, "ready");
    assert.deepEqual(request.calls, ["accept"]);
  });

  it("ends on both sides when the code is that of another flow, device or key", async () => {
    const { verification, request, told } = await agreed(ALL);
    request.scanOutcome = async () => {
      throw new Error("The QR code verification data doesn't match the expected one");
    };
    await verification.scan(CODE);
    assert.strictEqual(verification.state.status, "cancelled");
    assert.strictEqual(verification.state.reason, "key-mismatch");
    assert.deepEqual(request.calls, ["accept", "scan", "cancel"]);
    assert.ok(!told.includes("done"));
  });
});

describe("verifying a person", () => {
  it("asks in the direct chat, and names them", async () => {
    const { verification, own } = setUp();
    await verification.requestUser(BOB);
    assert.strictEqual(own.roomId, CHAT);
    assert.deepEqual(verification.state.user, { userId: BOB, name: "Bob" });
    assert.strictEqual(verification.state.status, "asking");
    assert.strictEqual(verification.state.device, undefined);
  });

  it("says that somebody cannot be verified who has published no identity", async () => {
    const { verification, crypto, own } = setUp();
    crypto.hasIdentity = false;
    await verification.requestUser(BOB);
    assert.strictEqual(verification.state.error?.code, "identity-unknown");
    assert.strictEqual(own.roomId, undefined, "nothing was sent");
  });

  it("takes what somebody asks in a chat, also before anybody listened, and never outside of one", () => {
    const inChat = new FakeRequest();
    Object.assign(inChat, { isSelfVerification: false, otherUserId: BOB, roomId: CHAT });
    assert.deepEqual(setUp([], inChat).verification.state.user, { userId: BOB, name: "Bob" });
    const { verification, receive } = setUp();
    const outside = new FakeRequest();
    Object.assign(outside, { isSelfVerification: false, otherUserId: BOB, roomId: undefined });
    receive(outside);
    assert.strictEqual(verification.state.status, "idle");
    receive(inChat);
    assert.strictEqual(verification.state.status, "asked");
  });

  it("lets the visitor verify a device while somebody's request waits", async () => {
    const { verification, receive } = setUp();
    const waiting = new FakeRequest();
    Object.assign(waiting, { isSelfVerification: false, otherUserId: BOB, roomId: CHAT });
    receive(waiting);
    await verification.request("TULIP");
    assert.strictEqual(verification.state.status, "asking");
    assert.strictEqual(verification.state.user, undefined);
    assert.deepEqual(waiting.calls, [], "it waits on");
  });

  it("decrypts what comes in direct chats, and nothing else: the engine would not see it", () => {
    const { client } = setUp();
    const event = (roomId: string, type: string) => ({ getType: () => type, getRoomId: () => roomId });
    const sealed = event(CHAT, "m.room.encrypted");
    for (const one of [sealed, event("!garden:example.org", "m.room.encrypted"), event(CHAT, "m.room.message")]) client.emit("event", one);
    assert.deepEqual(client.decrypted, [sealed]);
  });
});

/** A flow to which both sides agreed. */
async function agreed(methods: readonly string[]) {
  const world = setUp();
  const request = new FakeRequest();
  request.methods = [...methods];
  world.receive(request);
  await world.verification.accept();
  await new Promise((resolve) => setTimeout(resolve)); // the code is made meanwhile
  return { ...world, request };
}
