import { expect } from "@open-wc/testing";
import fc from "fast-check";
import { RoomState } from "matrix-js-sdk/lib/models/room-state.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

import { cleanName, nameOf } from "../../src/matrix/people.js";

describe("cleanName", () => {
  it("takes out what is invisible or turns the text around", () => {
    expect(cleanName("\u202eecilA\u2069 \u200b\u2066B\u0000\u00ad")).to.equal("ecilA B");
    expect(cleanName("  Bob \n the\tbuilder ")).to.equal("Bob the builder");
  });

  it("cuts towers of marks and endless names", () => {
    expect(cleanName(`a${"\u0301".repeat(500)}`).length).to.be.lessThan(8);
    expect(cleanName("x".repeat(10_000)).length).to.be.at.most(121);
  });

  it("makes something harmless of anything", () => {
    fc.assert(fc.property(fc.anything(), (value) => !/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\p{Cc}]/u.test(cleanName(value))));
  });
});

describe("nameOf", () => {
  it("is the display name while nobody else is called so", () => {
    expect(nameOf("@bob:example.org", "Bob", members({ "@bob:example.org": "Bob", "@carol:example.org": "Carol" }))).to.equal("Bob");
  });

  it("is the user id without a name, or with one that cannot be seen", () => {
    for (const name of [undefined, "", " ", "\u200b", "\u202e", 5])
      expect(nameOf("@bob:example.org", name, undefined)).to.equal("@bob:example.org");
  });

  it("has the user id with it where two could be confused, however they are written", () => {
    const other = "@mallory:example.org";
    for (const name of ["Bob", "B\u200bob", "Bоb" /* Cyrillic о */, "B ob", "Bob\u0301"]) {
      expect(nameOf(other, name, members({ "@bob:example.org": "Bob", [other]: name })), name).to.contain(other);
    }
    expect(nameOf("@bob:example.org", "Bob", members({ "@bob:example.org": "Bob", [other]: "Bob" }))).to.equal("Bob (@bob:example.org)");
  });

  it("has the user id with it when the name looks like one", () => {
    expect(nameOf("@mallory:example.org", "@bob:example.org", undefined)).to.equal("@bob:example.org (@mallory:example.org)");
  });
});

/** The real state of a room with these members. */
function members(names: Record<string, string>): RoomState {
  const state = new RoomState("!room:example.org");
  state.setStateEvents(
    Object.entries(names).map(
      ([userId, displayname], index) =>
        new MatrixEvent({
          type: "m.room.member",
          state_key: userId,
          sender: userId,
          room_id: "!room:example.org",
          event_id: `$${index}`,
          content: { membership: "join", displayname },
        }),
    ),
  );
  return state;
}
