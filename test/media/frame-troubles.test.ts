import { expect } from "@open-wc/testing";
import type { RemoteTrack } from "livekit-client";

import { FrameTroubles } from "../../src/media/frame-troubles.js";

/** Somebody whose keys have these indices, and of whose one track nothing is opened unless `opens` says so. */
function troublesWith(indices: readonly number[], opens = false) {
  let opened = 0;
  const report = () => new Map([["audio", { type: "inbound-rtp", jitterBufferEmittedCount: (opened += opens ? 480 : 0) }]]);
  const track = { sid: "TR_1", isMuted: false, receiver: { getStats: async () => report() } } as unknown as RemoteTrack;
  const retried: string[] = [];
  const changed = Promise.withResolvers<void>();
  const troubles = new FrameTroubles({
    hasKey: (_identity, index) => (index === undefined ? indices.length > 0 : indices.includes(index)),
    tracksOf: () => [track],
    retry: (identity) => void retried.push(identity),
    onChange: () => changed.resolve(),
  });
  return { troubles, retried, changed: changed.promise };
}

describe("frames that cannot be opened", () => {
  it("want a key that has not come, if it may be the next of those that have", async () => {
    const { troubles, retried, changed } = troublesWith([255]);
    troubles.note("ben", "MissingKey: missing key at index 1 for participant ben");
    expect(troubles.of("ben")).to.equal(undefined);
    await changed;
    expect(troubles.of("ben")).to.equal("key-missing");
    expect(retried).to.deep.equal(["ben"]);
    troubles[Symbol.dispose]();
  });

  it("are no frames of that sender, if they name an index that no key of theirs can have", async () => {
    const { troubles, changed } = troublesWith([0]);
    troubles.note("ben", "MissingKey: missing key at index 177 for participant ben");
    await changed;
    expect(troubles.of("ben")).to.equal("key-wrong");
    troubles.clear("ben");
    expect(troubles.of("ben")).to.equal(undefined);
    troubles[Symbol.dispose]();
  });

  it("are no trouble while others of the sender are opened", async () => {
    const { troubles, changed } = troublesWith([0], true);
    troubles.note("ben", "InvalidKey: Decryption failed");
    await changed;
    expect(troubles.of("ben")).to.equal(undefined);
    troubles[Symbol.dispose]();
  });
});
