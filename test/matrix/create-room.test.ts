import { expect } from "@open-wc/testing";
import type { ICreateRoomOpts } from "matrix-js-sdk/lib/matrix.js";

import { createRoom } from "../../src/matrix/create-room.js";
import { createVoiceChannel } from "../../src/matrix/create-voice-channel.js";
import type { CreateRoomOptions } from "../../src/matrix/rooms-state.js";

const ROOM = "!garden:example.org";
const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";
/** What a membership of a call is sent as, now and once it is in the specification. */
const MEMBERSHIPS = ["org.matrix.msc3401.call.member", "org.matrix.msc4143.rtc.member", "m.call.member", "m.rtc.member"];

/** What the server is asked for. */
async function asked(options: CreateRoomOptions): Promise<Asked> {
  const server = setUp();
  expect(await createRoom(server.client, server.crypto, options)).to.equal(ROOM);
  return server.asked[0]!;
}

describe("createRoom", () => {
  for (const options of [{}, { public: true }, { direct: true, invite: [BOB] }, { encrypted: false }] as const)
    it(`lets everybody join the room's calls: ${JSON.stringify(options)}`, async () => {
      const { events } = (await asked(options)).power_level_content_override;
      for (const type of MEMBERSHIPS) expect(events[type], type).to.equal(0);
    });

  it("leaves everything else to moderators and administrators, as the specification has it", async () => {
    const { power_level_content_override: override } = await asked({});
    const others = Object.entries(override.events).filter(([type]) => !MEMBERSHIPS.includes(type));
    expect(Object.fromEntries(others)).to.deep.equal({
      "m.room.name": 50,
      "m.room.avatar": 50,
      "m.room.canonical_alias": 50,
      "m.room.power_levels": 100,
      "m.room.history_visibility": 100,
      "m.room.encryption": 100,
      "m.room.server_acl": 100,
      "m.room.tombstone": 100,
    });
    expect(Object.keys(override)).to.deep.equal(["events"]); // people's own levels and the defaults stay the server's
  });

  it("gives a voice channel the same levels, and one of its own for speaking", async () => {
    const server = setUp();
    await createVoiceChannel(server.client, server.crypto, { name: "Kitchen", speakLevel: 50 });
    const { events } = (await asked({})).power_level_content_override;
    expect(server.asked[0]!.power_level_content_override.events).to.deep.equal({ ...events, "io.melo.call.speak": 50 });
  });
});

type Asked = Omit<ICreateRoomOpts, "power_level_content_override"> & {
  readonly power_level_content_override: { readonly events: Readonly<Record<string, number>> };
};

function setUp() {
  const asked: Asked[] = [];
  const client = {
    createRoom: async (options: unknown) => {
      asked.push(options as Asked);
      return { room_id: ROOM };
    },
    getSafeUserId: () => ALICE,
    getDomain: () => "example.org",
    getRoom: () => null,
    http: { authedRequest: async () => ({}) },
    sendStateEvent: async () => ({ event_id: "$event" }),
  };
  return {
    asked,
    client: client as unknown as Parameters<typeof createVoiceChannel>[0] & Parameters<typeof createRoom>[0],
    crypto: { remember: async () => {} },
  };
}
