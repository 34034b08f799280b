import { expect } from "@open-wc/testing";
import type { MatrixClient, Room } from "matrix-js-sdk/lib/matrix.js";

import { MeloError } from "../../src/internal/errors.js";
import { parseRoomReference } from "../../src/matrix/room-reference.js";
import { mayReplace } from "../../src/matrix/room-upgrade.js";
import { event } from "./room-events.js";

const V12 = "!-1PgZbVtZciWhwowwF4_fDy5yGwSApYFdeamHo3nj5Q";

describe("parseRoomReference", () => {
  it("takes ids of all room versions, and aliases", () => {
    for (const roomId of ["!abc:example.org", "!abc:localhost:18008", V12, "!a/b+c:10.0.0.1:8448"])
      expect(parseRoomReference(roomId)).to.deep.equal({ type: "id", roomId });
    expect(parseRoomReference(" #garden:example.org ")).to.deep.equal({ type: "alias", alias: "#garden:example.org" });
    expect(parseRoomReference("#gärten & co:example.org".replaceAll(" ", "_"))).to.include({ type: "alias" });
  });

  it("takes nothing else", () => {
    for (const text of [
      "",
      "garden",
      "#garden",
      "!abc",
      "!",
      "@bob:example.org",
      "#a b:example.org",
      "!:example.org",
      "https://matrix.to/#/!a:b",
      `${V12}x`,
      `#${"x".repeat(300)}:example.org`,
    ]) {
      expect(() => parseRoomReference(text), text)
        .to.throw(MeloError)
        .with.property("code", "room-invalid");
    }
  });
});

describe("mayReplace", () => {
  it("believes a new room that names the old one, and none that names another or nothing", async () => {
    expect(await mayReplace(clientWith({ predecessor: { room_id: "!old:example.org" } }), V12, "!old:example.org")).to.be.true;
    for (const content of [{ predecessor: { room_id: "!other:example.org" } }, { predecessor: "!old:example.org" }, {}]) {
      expect(await mayReplace(clientWith(content), V12, "!old:example.org")).to.be.false;
    }
  });

  it("leaves it open where the new room cannot be seen", async () => {
    expect(await mayReplace(clientWith(undefined), V12, "!old:example.org")).to.be.true;
  });
});

/** A client that is in the new room, or sees nothing of it. */
function clientWith(content: object | undefined): Pick<MatrixClient, "getRoom" | "getStateEvent"> {
  const create = content && event({ type: "m.room.create", state_key: "", content });
  const room = create && ({ currentState: { getStateEvents: () => create } } as unknown as Room);
  return { getRoom: () => room ?? null, getStateEvent: () => Promise.reject(new Error("403")) };
}
