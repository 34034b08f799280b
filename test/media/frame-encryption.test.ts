import { expect } from "@open-wc/testing";

import { alwaysOn, MatrixKeyProvider } from "../../src/media/frame-encryption.js";

interface SetKey {
  readonly participantIdentity?: string;
  readonly keyIndex?: number;
}

describe("the worker that encrypts", () => {
  it("is never told to let frames through in clear", () => {
    const heard: unknown[] = [];
    const worker = { postMessage: (message: unknown) => void heard.push(message) } as unknown as Worker;
    const guarded = alwaysOn(worker);
    guarded.postMessage({ kind: "enable", data: { enabled: false, participantIdentity: "@eve:example.org:E" } });
    guarded.postMessage({ kind: "enable", data: { enabled: true, participantIdentity: "@ada:example.org:A" } });
    guarded.postMessage({ kind: "setKey", data: { keyIndex: 1 } });
    expect(heard).to.deep.equal([
      { kind: "enable", data: { enabled: true, participantIdentity: "@eve:example.org:E" } },
      { kind: "enable", data: { enabled: true, participantIdentity: "@ada:example.org:A" } },
      { kind: "setKey", data: { keyIndex: 1 } },
    ]);
  });

  it("keeps what is transferred", () => {
    const given: unknown[] = [];
    const worker = { postMessage: (_message: unknown, transfer: unknown) => void given.push(transfer) } as unknown as Worker;
    const streams = [new ReadableStream(), new WritableStream()];
    alwaysOn(worker).postMessage({ kind: "encode", data: {} }, streams as unknown as Transferable[]);
    expect(given).to.deep.equal([streams]);
  });
});

describe("the keys of a call", () => {
  const ada = { identity: "ada", isOwn: true };
  const ben = { identity: "ben", isOwn: false };
  const bytes = (fill: number) => new Uint8Array(16).fill(fill);

  function provider() {
    const set: string[] = [];
    const keys = new MatrixKeyProvider();
    keys.on("setKey" as never, ((info: SetKey) => set.push(`${info.participantIdentity} ${info.keyIndex}`)) as never);
    return { keys, set };
  }

  it("are given to the worker once each, and again when another one has the same index", async () => {
    const { keys, set } = provider();
    await keys.setKeys([{ ...ada, index: 0, key: bytes(1) }]);
    await keys.setKeys([
      { ...ada, index: 0, key: bytes(1) },
      { ...ben, index: 3, key: bytes(2) },
    ]);
    const changed = await keys.setKeys([
      { ...ada, index: 0, key: bytes(1) },
      { ...ben, index: 3, key: bytes(9) },
    ]);
    expect(set).to.deep.equal(["ada 0", "ben 3", "ben 3"]);
    expect([...changed]).to.deep.equal(["ben"]);
    expect(keys.has("ben", 3)).to.equal(true);
    expect(keys.has("ben", 2)).to.equal(false);
  });

  it("leave the own one in use, whoever's key came last", async () => {
    const { keys } = provider();
    expect(keys.ownIndex).to.equal(-1);
    await keys.setKeys([
      { ...ada, index: 4, key: bytes(1) },
      { ...ben, index: 9, key: bytes(2) },
    ]);
    expect(keys.ownIndex).to.equal(4);
    expect(keys.getLatestManuallySetKeyIndex()).to.equal(4);
  });

  it("cannot be read out of what LiveKit gets, and are forgotten with their member", async () => {
    const { keys } = provider();
    await keys.setKeys([
      { ...ada, index: 0, key: bytes(1) },
      { ...ben, index: 0, key: bytes(2) },
    ]);
    expect(keys.getKeys().every(({ key }) => !key.extractable && key.algorithm.name === "HKDF")).to.equal(true);
    await keys.setKeys([{ ...ada, index: 0, key: bytes(1) }]);
    expect(keys.getKeys().map(({ participantIdentity }) => participantIdentity)).to.deep.equal(["ada"]);
    expect(keys.has("ben")).to.equal(false);
  });

  it("are given to the worker once more when it has given one up", async () => {
    const { keys, set } = provider();
    await keys.setKeys([{ ...ben, index: 1, key: bytes(2) }]);
    keys.repeat("ben");
    keys.repeat("somebody");
    expect(set).to.deep.equal(["ben 1", "ben 1"]);
  });
});
