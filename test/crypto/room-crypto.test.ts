import { expect } from "@open-wc/testing";
import { CryptoEvent, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/matrix.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { RoomCryptography } from "../../src/crypto/room-crypto.js";

describe("RoomCryptography", () => {
  it("looks for a backup before it decrypts again", async () => {
    const { crypto, roomCrypto, event } = setUp();
    await roomCrypto.requestKey(event);
    expect(crypto.calls).to.deep.equal(["backup", "decrypt"]);
  });

  it("looks for it once for many events at the same time", async () => {
    const { crypto, roomCrypto, event } = setUp();
    await Promise.all([roomCrypto.requestKey(event), roomCrypto.requestKey(event), roomCrypto.requestKey(event)]);
    expect(crypto.calls).to.deep.equal(["backup", "decrypt", "decrypt", "decrypt"]);
  });

  it("decrypts again also when the backup cannot be asked", async () => {
    const { crypto, roomCrypto, event } = setUp();
    crypto.backupFails = true;
    await roomCrypto.requestKey(event);
    expect(crypto.calls).to.deep.equal(["backup", "decrypt"]);
  });

  it("leaves an event alone that became readable meanwhile", async () => {
    const { crypto, roomCrypto, event } = setUp();
    crypto.backupHeals = true;
    await roomCrypto.requestKey(event);
    expect(crypto.calls).to.deep.equal(["backup"]);
    await roomCrypto.requestKey(event);
    expect(crypto.calls).to.deep.equal(["backup"]);
  });

  it("judges clear text by the sticky answer of the room", async () => {
    const { roomCrypto } = setUp();
    const clear = {
      status: null,
      isState: () => false,
      isRedacted: () => false,
      isDecryptionFailure: () => false,
      isEncrypted: () => false,
      getType: () => "m.room.message",
    };
    const inRoom = (roomId: string) => ({ ...clear, getRoomId: () => roomId }) as unknown as MatrixEvent;
    expect(await roomCrypto.security(inRoom("!encrypted:example.org"))).to.deep.equal({ level: "bad", reason: "unencrypted" });
    expect(await roomCrypto.security(inRoom("!open:example.org"))).to.be.undefined;
  });

  it("calls back once for a burst of trust changes, and never after the end", async () => {
    const { client, roomCrypto } = setUp();
    const end = new AbortController();
    let calls = 0;
    roomCrypto.onTrustChange(() => calls++, end.signal);
    client.emit(CryptoEvent.DevicesUpdated, [], false);
    client.emit(CryptoEvent.KeysChanged, {});
    await Promise.resolve();
    expect(calls).to.equal(1);
    client.emit(CryptoEvent.DevicesUpdated, [], false);
    end.abort();
    await Promise.resolve();
    expect(calls).to.equal(1);
    expect(client.listenerCount(CryptoEvent.DevicesUpdated)).to.equal(0);
  });
});

function setUp() {
  const client = new TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>();
  let failed = true;
  const crypto = {
    calls: [] as string[],
    backupFails: false,
    backupHeals: false,
    getEncryptionInfoForEvent: async () => null,
    async checkKeyBackupAndEnable() {
      crypto.calls.push("backup");
      if (crypto.backupFails) throw new Error("offline");
      if (crypto.backupHeals) failed = false;
      return null;
    },
  };
  const event = {
    isDecryptionFailure: () => failed,
    attemptDecryption: async () => void crypto.calls.push("decrypt"),
  } as unknown as MatrixEvent;
  const encryption = {
    isEncrypted: async (roomId: string) => roomId === "!encrypted:example.org",
    remember: async () => {},
    isFresh: () => false,
  };
  return { client, crypto, event, roomCrypto: new RoomCryptography(client, crypto, encryption, { encrypt: async () => {} }) };
}
