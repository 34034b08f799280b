import { expect } from "@open-wc/testing";
import type { MatrixEvent, Room, RoomState } from "matrix-js-sdk/lib/matrix.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import type { IdentityStatus } from "../../src/internal/identity-status.js";
import { LiveRoomIdentities } from "../../src/matrix/room-identities.js";
import type { ResolutionState } from "../../src/matrix/room-opener.js";
import { Source } from "../../src/internal/readable.js";

const GARDEN = "!garden:example.org";
const [ALICE, BOB, CAROL] = ["@alice:example.org", "@bob:example.org", "@carol:example.org"] as const;

describe("LiveRoomIdentities", () => {
  it("names those whose identity changed, and first those who were verified", async () => {
    const { people, changes } = setUp();
    people.set(BOB, "changed").set(CAROL, "changed-since-verified");
    const all = await changes((identities) => identities.state.changed.length === 2);
    expect(all.state.changed.map(({ userId, wasVerified }) => [userId, wasVerified])).to.deep.equal([
      [CAROL, true],
      [BOB, false],
    ]);
    expect(all.state.allVerified).to.be.false;
  });

  it("says that everybody is verified only when everybody else is", async () => {
    const { people, tell, changes } = setUp();
    people.set(BOB, "verified").set(CAROL, "known");
    const all = await changes(({ state }) => state.status === "ready");
    expect(all.state.allVerified).to.be.false;
    people.set(CAROL, "verified");
    tell([CAROL]);
    await changes(({ state }) => state.allVerified);
  });

  it("says nothing of a room that is not encrypted, and of one whose only member is the visitor", async () => {
    const open = setUp({ isEncrypted: false });
    open.people.set(BOB, "changed");
    const all = await open.changes(({ state }) => state.status === "ready");
    expect(all.state.changed).to.be.empty;
    const alone = setUp({ members: [ALICE] });
    expect((await alone.changes(({ state }) => state.status === "ready")).state.allVerified).to.be.false;
  });

  it("asks again only for those who may have changed", async () => {
    const { asked, tell, people, changes } = setUp();
    await changes(({ state }) => state.status === "ready");
    asked.length = 0;
    people.set(BOB, "changed");
    tell([BOB, "@stranger:example.org"]);
    await changes(({ state }) => state.changed.length === 1);
    expect(asked).to.deep.equal([BOB]);
  });

  it("takes a decision, and shows what came of it when that resolves", async () => {
    const { people, decisions, changes } = setUp();
    people.set(BOB, "changed").set(CAROL, "changed-since-verified");
    const all = await changes((identities) => identities.state.changed.length === 2);
    await all.approve(BOB);
    await all.withdraw(CAROL);
    expect(decisions).to.deep.equal([`approve ${BOB}`, `withdraw ${CAROL}`]);
    expect(all.state.changed).to.be.empty;
  });

  it("looks at who comes and goes", async () => {
    const { room, people, stateChanges, changes } = setUp({ members: [ALICE, BOB] });
    people.set(CAROL, "changed");
    const all = await changes(({ state }) => state.status === "ready");
    expect(all.state.changed).to.be.empty;
    room.members.push(CAROL);
    stateChanges();
    await changes(({ state }) => state.changed.length === 1);
    room.members.pop();
    stateChanges();
    await changes(({ state }) => state.changed.length === 0);
  });
});

function setUp({ isEncrypted = true, members = [ALICE, BOB, CAROL] as string[] } = {}) {
  const people = new Map<string, IdentityStatus>();
  const asked: string[] = [];
  const decisions: string[] = [];
  let tell: (userIds: readonly string[] | undefined) => void = () => {};
  const room = {
    roomId: GARDEN,
    members: [...members],
    currentState: { roomId: GARDEN, getUserIdsWithDisplayName: () => [] },
    getMyMembership: () => "join",
    getJoinedMemberCount: () => room.members.length,
    getInvitedMemberCount: () => 0,
    loadMembersIfNeeded: async () => true,
    getMember: () => null,
    getMembersWithMembership: (membership: string) => (membership === "join" ? room.members.map((userId) => ({ userId })) : []),
  };
  const client = Object.assign(new TypedEventEmitter<RoomStateEvent, Record<RoomStateEvent, (...args: never[]) => void>>(), {
    getRoom: () => room as unknown as Room,
    getSafeUserId: () => ALICE,
  });
  const decide = (name: string) => async (userId: string) => {
    decisions.push(`${name} ${userId}`);
    people.set(userId, "known");
  };
  const all = new LiveRoomIdentities({
    client: client as never,
    crypto: { isEncrypted: async () => isEncrypted },
    resolution: new Source<ResolutionState>({ status: "resolved", roomId: GARDEN, servers: [] }),
    identities: {
      status: async (userId) => {
        asked.push(userId);
        return people.get(userId) ?? "known";
      },
      fetch: async () => {},
      approve: decide("approve"),
      withdraw: decide("withdraw"),
      onChange: (listener) => (tell = listener),
    },
  });
  const changes = async (passes: (identities: LiveRoomIdentities) => boolean): Promise<LiveRoomIdentities> => {
    while (!passes(all)) await new Promise<void>((resolve) => void all.subscribe(resolve));
    return all;
  };
  const event = { getType: () => "m.room.member" } as MatrixEvent;
  const stateChanges = () => client.emit(RoomStateEvent.Events, ...([event, room.currentState as unknown as RoomState, null] as never[]));
  return { people, asked, decisions, room, changes, stateChanges, tell: (userIds: readonly string[]) => tell(userIds) };
}
