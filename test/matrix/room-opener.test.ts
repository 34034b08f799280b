import { expect } from "@open-wc/testing";
import { ClientEvent, type ClientEventHandlerMap } from "matrix-js-sdk/lib/client.js";
import { ConnectionError, MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { MeloError } from "../../src/internal/errors.js";
import { RoomOpener } from "../../src/matrix/room-opener.js";
import { MemoryVault } from "../../src/matrix/vault.js";

const ALIAS = "#garden:example.org";
const ROOM = "!garden:example.org";

describe("RoomOpener", () => {
  it("takes an id as it is, without asking anyone", () => {
    const { opener, client } = setUp();
    expect(opener.open("!abc:example.org:8448").state).to.deep.include({
      status: "resolved",
      roomId: "!abc:example.org:8448",
      servers: ["example.org:8448"],
    });
    expect(opener.open("nonsense").state).to.have.nested.property("error.code", "room-invalid");
    expect(client.asked).to.equal(0);
  });

  it("resolves an alias once for everyone", async () => {
    const { opener, client } = setUp();
    expect(opener.open(ALIAS)).to.equal(opener.open(ALIAS));
    expect(await Promise.all([opener.open(ALIAS).roomId(), opener.open(ALIAS).roomId()])).to.deep.equal([ROOM, ROOM]);
    expect(client.asked).to.equal(1);
    expect(opener.open(ALIAS).state.servers).to.deep.equal(["example.org"]);
  });

  it("goes on with what it knew before while there is no network, and follows the alias when it leads elsewhere", async () => {
    const vault = new MemoryVault();
    await setUp(vault).opener.open(ALIAS).roomId();
    const { opener, client } = setUp(vault);
    client.answer = () => Promise.reject(new ConnectionError("fetch failed"));
    expect(await opener.open(ALIAS).roomId()).to.equal(ROOM);
    client.answer = async () => ({ room_id: "!other:example.org", servers: [] });
    await opener.open(ALIAS).retry();
    expect(opener.open(ALIAS).state.roomId).to.equal("!other:example.org");
  });

  it("asks again by itself when the server is back", async () => {
    const { opener, client } = setUp();
    client.answer = () => Promise.reject(new ConnectionError("fetch failed"));
    const resolution = opener.open(ALIAS);
    await told(resolution);
    expect(resolution.state.status).to.equal("loading");
    client.answer = client.garden;
    client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Catchup);
    expect(await resolution.roomId()).to.equal(ROOM);
  });

  it("says that there is no such alias, until it is asked again", async () => {
    const { opener, client } = setUp();
    client.answer = () => Promise.reject(new MatrixError({ errcode: "M_NOT_FOUND" }, 404));
    const error: unknown = await opener
      .open(ALIAS)
      .roomId()
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(MeloError).with.property("code", "room-not-found");
    client.answer = client.garden;
    await opener.open(ALIAS).retry();
    expect(opener.open(ALIAS).state).to.deep.include({ status: "resolved", roomId: ROOM });
  });

  it("believes no answer that names something else than a room", async () => {
    for (const answer of [{}, null, { room_id: 5 }, { room_id: "@bob:example.org" }, { room_id: "#garden:example.org" }]) {
      const { opener, client } = setUp();
      client.answer = async () => answer as never;
      expect(
        await opener
          .open(ALIAS)
          .roomId()
          .then(
            () => "resolved",
            () => "failed",
          ),
      ).to.equal("failed");
    }
  });
});

function setUp(vault = new MemoryVault()) {
  const garden = (): Promise<{ room_id: string; servers: string[] }> => Promise.resolve({ room_id: ROOM, servers: ["example.org"] });
  const client = Object.assign(new TypedEventEmitter<ClientEvent.Sync, Pick<ClientEventHandlerMap, ClientEvent.Sync>>(), {
    garden,
    answer: garden,
    asked: 0,
    getRoomIdForAlias() {
      this.asked++;
      return this.answer();
    },
  });
  return { client, opener: new RoomOpener(client as unknown as ConstructorParameters<typeof RoomOpener>[0], vault) };
}

function told(resolution: ReturnType<RoomOpener["open"]>): Promise<void> {
  return new Promise((resolve) => resolution.subscribe(resolve));
}
