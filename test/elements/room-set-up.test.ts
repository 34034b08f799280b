import { expect } from "@open-wc/testing";

import { withoutSetUp } from "../../src/elements/room-set-up.js";
import type { StateChange, StateItem } from "../../src/matrix/timeline-item.js";

const BEGIN = 1_700_000_000_000;

function change(type: StateChange["type"], after = 0, userId = "@alice:example.org"): StateItem {
  return {
    kind: "state",
    key: `${type} ${after} ${userId}`,
    sender: { userId, name: userId },
    time: BEGIN + after,
    own: false,
    change: { type } as StateChange,
  };
}

describe("withoutSetUp", () => {
  it("leaves out the settings that a new room begins with", () => {
    const created = change("created");
    const encrypted = change("encryption-enabled", 20);
    const items = [
      created,
      change("member-joined", 5),
      change("power-levels", 10),
      change("join-rule", 12),
      change("history-visibility", 14),
      change("other", 16),
      encrypted,
    ];
    expect(withoutSetUp(items)).to.deep.equal([created, encrypted]);
  });

  it("keeps the same changes when somebody else makes them, or makes them later", () => {
    const items = [change("created"), change("member-joined", 10, "@bob:example.org"), change("power-levels", 60_000)];
    expect(withoutSetUp(items)).to.deep.equal(items);
  });

  it("changes nothing where the beginning of the room is not in view", () => {
    const items = [change("power-levels"), change("member-joined", 10)];
    expect(withoutSetUp(items)).to.equal(items);
  });
});
