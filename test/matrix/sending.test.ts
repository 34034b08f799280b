import { expect } from "@open-wc/testing";
import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../../src/internal/errors.js";
import { createRoom } from "../../src/matrix/create-room.js";
import { MessageSender } from "../../src/matrix/message-sender.js";
import type { CreateRoomOptions } from "../../src/matrix/rooms-state.js";
import { ALICE, ROOM } from "./room-events.js";

const MESSAGE = { transactionId: "t1", style: "text", body: "the secret" } as const;
const { signal } = new AbortController();

describe("MessageSender", () => {
  it("sends clear text into a room that never was encrypted", async () => {
    const { sender, requests } = senderFor({});
    expect(await sender.send(ROOM, MESSAGE, signal)).to.equal("$sent");
    expect(requests[0]?.path).to.equal("/rooms/!garden%3Aexample.org/send/m.room.message/t1");
    expect(requests[0]?.content).to.include({ msgtype: "m.text", body: "the secret" });
  });

  it("encrypts when either the room's state or the memory says so", async () => {
    for (const room of [{ remembered: true }, { stated: true }, { remembered: true, stated: true }]) {
      const { sender, requests } = senderFor(room);
      await sender.send(ROOM, MESSAGE, signal);
      expect(requests[0]?.path).to.contain("/send/m.room.encrypted/");
      expect(JSON.stringify(requests)).not.to.contain("secret");
    }
  });

  it("sends nothing at all when encryption does nothing, does something else, or fails", async () => {
    const cheats: ((event: MatrixEvent) => void)[] = [
      () => {},
      (event) => event.makeEncrypted("m.room.message", { msgtype: "m.text", body: "the secret" }, "", ""),
      (event) => event.makeEncrypted("m.room.encrypted", { algorithm: "rot13", ciphertext: "gur frperg" }, "", ""),
      (event) =>
        event.makeEncrypted("m.room.encrypted", { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "…", body: "the secret" }, "", ""),
      () => {
        throw new Error("no");
      },
    ];
    for (const encrypt of cheats) {
      const { sender, requests } = senderFor({ remembered: true, encrypt });
      await failsToSend(sender);
      expect(requests).to.be.empty;
    }
  });

  it("sends nothing when it cannot be known whether the room was encrypted", async () => {
    const { sender, requests } = senderFor({ unknown: true });
    await failsToSend(sender);
    expect(requests).to.be.empty;
  });

  it("says when somebody's identity stands in the way", async () => {
    const encrypt = () => {
      throw new Error("one or more users that were verified have changed their identity");
    };
    const error: unknown = await senderFor({ remembered: true, encrypt })
      .sender.send(ROOM, MESSAGE, signal)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(MeloError).with.property("code", "identity-changed");
  });
});

describe("createRoom", () => {
  it("makes encrypted rooms, and remembers them before the server tells of them", async () => {
    for (const options of [
      {},
      { public: true },
      { encrypted: true },
      { encrypted: undefined },
      { encrypted: 0 },
      { encrypted: null },
      { direct: true, invite: ["@bob:example.org"] },
    ]) {
      const { created, remembered } = await create(options as CreateRoomOptions);
      expect(created["initial_state"], JSON.stringify(options)).to.deep.equal([
        { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
      ]);
      expect(remembered).to.deep.equal(["!new:example.org"]);
    }
  });

  it("makes an open room only when that is written out", async () => {
    const { created, remembered } = await create({ encrypted: false });
    expect(created["initial_state"]).to.be.empty;
    expect(remembered).to.be.empty;
  });

  it("records a direct chat beside those the server has", async () => {
    const { account } = await create({ direct: true, invite: ["@bob:example.org"] });
    expect(account).to.deep.equal({ "@carol:example.org": ["!old:example.org"], "@bob:example.org": ["!new:example.org"] });
  });

  it("refuses what is no user id, and direct chats of more than two", async () => {
    for (const options of [{ invite: ["bob"] }, { direct: true }, { direct: true, invite: ["@a:b", "@c:d"] }]) {
      expect(
        await create(options).then(
          () => "created",
          () => "refused",
        ),
        JSON.stringify(options),
      ).to.equal("refused");
    }
  });
});

async function failsToSend(sender: MessageSender): Promise<void> {
  expect(
    await sender.send(ROOM, MESSAGE, signal).then(
      () => "sent",
      () => "refused",
    ),
  ).to.equal("refused");
}

interface FakeRoom {
  remembered?: boolean;
  stated?: boolean;
  unknown?: boolean;
  encrypt?: (event: MatrixEvent) => void;
}

function senderFor({ remembered = false, stated = false, unknown = false, encrypt = megolm }: FakeRoom) {
  const requests: { path: string; content: Record<string, unknown> }[] = [];
  const room = { getMyMembership: () => "join", hasEncryptionStateEvent: () => stated } as unknown as Room;
  const http = {
    authedRequest: async (_method: string, path: string, _query: undefined, content: Record<string, unknown>) => (
      requests.push({ path, content }),
      { event_id: "$sent" }
    ),
  };
  const client = { getRoom: () => room, getSafeUserId: () => ALICE, http } as unknown as MatrixClient;
  const isEncrypted = async () => {
    if (unknown) throw new Error("the memory cannot be read");
    return remembered;
  };
  return { requests, sender: new MessageSender(client, { isEncrypted, encrypt: async (event) => encrypt(event) }) };
}

function megolm(event: MatrixEvent): void {
  event.makeEncrypted("m.room.encrypted", { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "…", session_id: "s" }, "", "");
}

async function create(options: CreateRoomOptions) {
  let created: Record<string, unknown> = {};
  let account: unknown = { "@carol:example.org": ["!old:example.org"] };
  const remembered: string[] = [];
  const http = {
    authedRequest: async (method: string, _path: string, _query: undefined, content: unknown) =>
      method === "PUT" ? (account = content) : account,
  };
  const client = {
    createRoom: async (given: Record<string, unknown>) => ((created = given), { room_id: "!new:example.org" }),
    getSafeUserId: () => ALICE,
    http,
  };
  await createRoom(client as unknown as MatrixClient, { remember: async (roomId) => void remembered.push(roomId) }, options);
  return { created, remembered, account };
}
