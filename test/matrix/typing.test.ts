import { expect } from "@open-wc/testing";
import type { MatrixEvent, RoomMember, RoomMemberEventHandlerMap } from "matrix-js-sdk/lib/matrix.js";
import { RoomMemberEvent } from "matrix-js-sdk/lib/models/room-member.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { RoomTyping } from "../../src/matrix/typing.js";

const GARDEN = "!garden:example.org";

describe("RoomTyping", () => {
  it("lists the others in the order in which they began, and never the visitor", () => {
    const { client, typing, types } = room();
    types("@alice:example.org"); // the visitor
    types("@bob:example.org");
    types("@carol:example.org");
    expect(typing.state.people.map(({ userId }) => userId)).to.deep.equal(["@bob:example.org", "@carol:example.org"]);
    types("@bob:example.org", false);
    expect(typing.state.people.map(({ userId }) => userId)).to.deep.equal(["@carol:example.org"]);
    expect(client.notices).to.deep.equal([]);
  });

  it("ignores other rooms, and every room until its own is known", () => {
    const { typing, types, resolution } = room(false);
    types("@bob:example.org");
    resolution.state.roomId = GARDEN;
    types("@bob:example.org", true, "!kitchen:example.org");
    expect(typing.state.people).to.be.empty;
    types("@bob:example.org");
    expect(typing.state.people).to.have.length(1);
  });

  it("shows names without what would reorder the text around them", () => {
    const { typing, types } = room();
    types("@bob:example.org", true, GARDEN, "Bob\u202e\u200b");
    expect(typing.state.people[0]?.name).to.equal("Bob");
  });

  it("sends one notice for a burst of keystrokes, and one when it stops", async () => {
    const { client, typing } = room();
    for (let key = 0; key < 20; key++) await typing.setTyping(true);
    await typing.setTyping(false);
    expect(client.notices).to.deep.equal([true, false]);
  });

  it("sends no more than one notice in twenty seconds, even while they fail, and none of that is an error", async () => {
    const { client, typing } = room();
    client.fails = true;
    for (let key = 0; key < 20; key++) await typing.setTyping(true);
    expect(client.notices).to.deep.equal([true]);
  });

  it("hears nothing any more once it is disposed", () => {
    const { client, typing } = room();
    typing[Symbol.dispose]();
    expect(client.listenerCount(RoomMemberEvent.Typing)).to.equal(0);
  });
});

function room(known = true) {
  const client = Object.assign(new TypedEventEmitter<RoomMemberEvent.Typing, RoomMemberEventHandlerMap>(), {
    notices: [] as boolean[],
    fails: false,
    getUserId: () => "@alice:example.org",
    getRoom: () => null,
    async sendTyping(_roomId: string, isTyping: boolean) {
      this.notices.push(isTyping);
      if (this.fails) throw new Error("503");
      return {};
    },
  });
  const resolution = { state: { status: "resolved" as const, servers: [], roomId: known ? GARDEN : (undefined as string | undefined) } };
  const typing = new RoomTyping(client, resolution);
  const types = (userId: string, isTyping = true, inRoom = GARDEN, name = userId) =>
    client.emit(
      RoomMemberEvent.Typing,
      {} as MatrixEvent,
      { roomId: inRoom, userId, rawDisplayName: name, typing: isTyping } as RoomMember,
    );
  return { client, typing, types, resolution };
}
