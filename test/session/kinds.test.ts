import { expect } from "@open-wc/testing";

import { Source } from "../../src/internal/readable.js";
import { INITIAL_ROOM, type Room, type RoomState } from "../../src/matrix/room-state.js";
import { INITIAL_TIMELINE, type Timeline, type TimelineState } from "../../src/matrix/timeline-state.js";
import { KINDS, type SharedKinds } from "../../src/session/kinds.js";
import { Host, type Factories } from "../../src/session/sharing/host.js";
import { SharedObjects } from "../../src/session/sharing/shared-objects.js";

describe("KINDS", () => {
  it("let a room and its messages stay on the screen while the next owner loads them", () => {
    const objects = new SharedObjects<SharedKinds>(KINDS);
    const faces = [objects.open("room", "!a"), objects.open("timeline", "!a")];
    for (const face of faces) face.subscribe(() => {});
    const first = owner();
    first.become("ready");
    objects.attach(first.host);
    expect(faces.map(({ state }) => "status" in state && state.status)).to.deep.equal(["ready", "ready"]);

    const next = owner();
    const seen: unknown[] = [];
    for (const face of faces) face.subscribe(() => seen.push("status" in face.state && face.state.status));
    objects.attach(undefined);
    objects.attach(next.host);
    expect(seen, "nothing of its loading is shown").to.deep.equal([]);
    next.become("failed");
    expect(seen, "what comes of it is").to.deep.equal(["failed", "failed"]);
  });
});

/** A tab that owns the client, with a room and its timeline in the state that the test says. */
function owner() {
  const room = new Source<RoomState>(INITIAL_ROOM);
  const timeline = new Source<TimelineState>(INITIAL_TIMELINE);
  const factories = { room: () => room as unknown as Room, timeline: () => timeline as unknown as Timeline };
  return {
    host: new Host<SharedKinds>(factories as unknown as Factories<SharedKinds>),
    become(status: "ready" | "failed") {
      room.merge({ status });
      timeline.merge({ status });
    },
  };
}
