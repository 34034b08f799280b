import { expect } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import { Source } from "../../src/internal/readable.js";
import { CallMembership } from "../../src/media/call-membership.js";
import {
  INITIAL_ROOM_CALL,
  type MembershipOptions,
  type OwnCallData,
  type RoomCall,
  type RoomCallState,
} from "../../src/media/room-call-state.js";

const DATA: OwnCallData = { muted: false, deafened: false, camera: false, sharing: false };

function fakeCall() {
  const source = new Source<RoomCallState>({ ...INITIAL_ROOM_CALL, status: "ready", canJoin: "allowed" });
  const joined: MembershipOptions[] = [];
  const told: OwnCallData[] = [];
  let left = 0;
  let refuse: MeloError | undefined;
  const call = {
    get state() {
      return source.state;
    },
    subscribe: source.subscribe.bind(source),
    join: async (options: MembershipOptions) => {
      joined.push(options);
      if (refuse) throw refuse;
      source.merge({ own: "joined" });
    },
    leave: async () => void left++,
    tell: async (data: OwnCallData) => void told.push(data),
  } as unknown as RoomCall;
  return { call, source, joined, told, left: () => left, refuse: (error: MeloError) => (refuse = error) };
}

async function until(what: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!what()) {
    if (performance.now() > end) throw new Error("It did not come about.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("the own membership of a call", () => {
  it("names a lock that this tab holds until it leaves", async () => {
    const { call, joined, left } = fakeCall();
    const membership = new CallMembership(call, () => {});
    await membership.join({ intent: "audio", data: DATA });
    const name = joined[0]!.tabLock!;
    await until(() => true);
    expect((await navigator.locks.query()).held?.some((lock) => lock.name === name)).to.equal(true);
    await membership.leave();
    expect(left()).to.equal(1);
    await navigator.locks.request(name, () => {});
  });

  it("is published again when it was lost, and rings nobody a second time", async () => {
    const { call, source, joined } = fakeCall();
    const membership = new CallMembership(call, () => {});
    await membership.join({ intent: "audio", data: DATA, notify: "ring" });
    source.merge({ own: "none" });
    await until(() => joined.length === 2);
    expect(joined[1]).to.deep.include({ notify: undefined, tabLock: joined[0]!.tabLock });
    await membership.leave();
  });

  it("is not published again after leaving, nor when it belongs to another tab", async () => {
    for (const end of ["leave", "release"] as const) {
      const { call, source, joined, left } = fakeCall();
      const membership = new CallMembership(call, () => {});
      await membership.join({ intent: "audio", data: DATA });
      source.merge({ own: "none" });
      await membership[end]();
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(joined.length).to.equal(1);
      expect(left()).to.equal(end === "leave" ? 1 : 0);
    }
  });

  it("tells what has changed, and only that", async () => {
    const { call, told } = fakeCall();
    const membership = new CallMembership(call, () => {});
    await membership.join({ intent: "audio", data: DATA });
    membership.tell({ ...DATA });
    membership.tell({ ...DATA, muted: true });
    membership.tell({ ...DATA, muted: true });
    expect(told).to.deep.equal([{ ...DATA, muted: true }]);
    await membership.leave();
  });

  it("ends the call when the room lets this account in no more", async () => {
    const { call, source, refuse } = fakeCall();
    const ends: string[] = [];
    const membership = new CallMembership(call, ({ code }) => void ends.push(code));
    await membership.join({ intent: "audio", data: DATA });
    refuse(new MeloError("forbidden", "No."));
    source.merge({ own: "none" });
    await until(() => ends.length > 0);
    expect(ends[0]).to.equal("forbidden");
    await membership.leave();
  });
});
