import { expect } from "@open-wc/testing";
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { Room } from "matrix-js-sdk/lib/matrix.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

import { RoomCipher } from "../../src/crypto/room-cipher.js";

const room = { roomId: "!garden:example.org" } as Room;

describe("RoomCipher", () => {
  it("refuses an outcome that is not ciphertext", async () => {
    const { cipher, crypto } = setUp();
    crypto.roomEncryptors[room.roomId] = {};
    crypto.encrypts = false;
    expect(
      await cipher.encrypt(message(), room).then(
        () => "sent",
        () => "refused",
      ),
    ).to.equal("refused");
    crypto.encrypts = true;
    await cipher.encrypt(message(), room);
  });

  it("outlives an altered encryption event, which must not cost the rest of the server's answer", async () => {
    const { crypto } = setUp();
    crypto.refuses = true;
    await crypto.onCryptoEvent(room, message());
  });
});

/** The SDK's crypto object, as far as the cipher knows it. */
function setUp() {
  const crypto = {
    encrypts: true,
    refuses: false,
    roomEncryptors: {} as Record<string, object>,
    async encryptEvent(event: MatrixEvent) {
      if (this.encrypts) event.makeEncrypted("m.room.encrypted", { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "…" }, "", "");
    },
    async onCryptoEvent(_room: Room, _event: MatrixEvent) {
      if (this.refuses) throw new Error("Cannot reconfigure an active RoomEncryptor");
    },
  };
  return { crypto, cipher: new RoomCipher(crypto as unknown as CryptoApi) };
}

function message(): MatrixEvent {
  return new MatrixEvent({ type: "m.room.message", room_id: room.roomId, content: { msgtype: "m.text", body: "hi" } });
}
