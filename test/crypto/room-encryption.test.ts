import { expect } from "@open-wc/testing";

import { RoomEncryption } from "../../src/crypto/room-encryption.js";

const ROOM = "!garden:example.org";

describe("RoomEncryption", () => {
  it("answers as the crypto store does, and writes a yes down", async () => {
    const { store, memory, encryption } = setUp();
    expect(await encryption.isEncrypted(ROOM)).to.be.false;
    store.encrypted = true;
    expect(await encryption.isEncrypted(ROOM)).to.be.true;
    expect(memory.rooms).to.deep.equal([ROOM]);
  });

  it("never takes a yes back", async () => {
    const { store, encryption } = setUp();
    store.encrypted = true;
    await encryption.isEncrypted(ROOM);
    store.encrypted = false;
    expect(await encryption.isEncrypted(ROOM)).to.be.true;
  });

  it("remembers over the loss of the crypto store", async () => {
    const { encryption } = setUp([ROOM]);
    expect(await encryption.isEncrypted(ROOM)).to.be.true;
    expect(encryption.isFresh(ROOM), "a server that does not tell of it is told of").to.be.false;
  });

  it("counts a room as encrypted that this device has just created so", async () => {
    const { memory, encryption } = setUp(["!kitchen:example.org"]);
    expect(encryption.isFresh(ROOM)).to.be.false;
    await encryption.remember(ROOM);
    expect(await encryption.isEncrypted(ROOM)).to.be.true;
    expect(encryption.isFresh(ROOM), "the server may take a moment to say so").to.be.true;
    expect(memory.rooms).to.deep.equal(["!kitchen:example.org", ROOM]);
  });

  it("does not take an unreadable memory or store for a no", async () => {
    const { store, memory, encryption } = setUp();
    store.fails = true;
    expect(await encryption.isEncrypted(ROOM).catch(() => "rejected")).to.equal("rejected");
    memory.fails = true;
    const unreadable = new RoomEncryption({ isEncryptionEnabledInRoom: async () => false }, memory);
    expect(await unreadable.isEncrypted(ROOM).catch(() => "rejected")).to.equal("rejected");
  });

  it("knows it still when the memory takes nothing more", async () => {
    const { store, memory, encryption } = setUp();
    memory.full = true;
    store.encrypted = true;
    expect(await encryption.isEncrypted(ROOM)).to.be.true;
    store.encrypted = false;
    expect(await encryption.isEncrypted(ROOM)).to.be.true;
  });
});

function setUp(rooms: readonly string[] = []) {
  const store = { encrypted: false, fails: false };
  const memory = {
    rooms,
    full: false,
    fails: false,
    load: async () => (memory.fails ? Promise.reject(new Error("unreadable")) : memory.rooms),
    save: async (roomIds: readonly string[]) => (memory.full ? Promise.reject(new Error("full")) : void (memory.rooms = roomIds)),
  };
  const crypto = { isEncryptionEnabledInRoom: async () => (store.fails ? Promise.reject(new Error("closed")) : store.encrypted) };
  return { store, memory, encryption: new RoomEncryption(crypto, memory) };
}
