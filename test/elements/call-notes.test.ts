import { expect } from "@open-wc/testing";

import { callNotes, nextChange } from "../../src/elements/call-notes.js";
import { CALM, callErrorWords } from "../../src/elements/call-words.js";
import { tileLabel } from "../../src/elements/tile-words.js";
import type { MeloErrorCode } from "../../src/internal/errors.js";
import type { BlockReason } from "../../src/media/calls-state.js";
import { alice, bob } from "../../stories/support/garden.js";
import { call, participant, track } from "../../stories/support/kitchen.js";

const CODES: readonly MeloErrorCode[] = [
  "call-service-missing",
  "call-service-unreachable",
  "call-service-refused",
  "call-full",
  "call-unreachable",
  "call-encryption-failed",
  "call-replaced",
  "microphone-denied",
  "microphone-missing",
  "microphone-busy",
  "camera-denied",
  "camera-missing",
  "camera-busy",
  "screen-denied",
];

describe("words of a call", () => {
  it("has a sentence of its own for each error of calls, and a way out", () => {
    const words = CODES.map((code) => callErrorWords({ code, message: "" }));
    expect(new Set(words.map(({ text }) => text)).size).to.equal(CODES.length);
    for (const { text, how, again } of words) expect(how !== undefined || again, text).to.be.ok;
  });

  it("says nothing while all is well", () => {
    expect(callNotes(call(), [], 0)).to.deep.equal([]);
  });

  it("waits calmly for a key, and explains after a few seconds", () => {
    const began = Date.now();
    const waiting = blocked("key-missing", began);
    const [early] = callNotes(waiting, [], began + 100);
    const [late] = callNotes(waiting, [], began + CALM + 1);
    expect(early).to.include({ text: "Waiting for Bob Kaya's key…", level: undefined });
    expect(late!.text).to.contain("has not come");
    expect(late!.level).to.equal("care");
    expect(nextChange(waiting)).to.equal(began + CALM);
  });

  it("tells that sound in clear is not played, and never offers to play it", () => {
    const [note] = callNotes(blocked("not-encrypted"), [], 0);
    expect(note).to.include({ text: "Bob Kaya's sound is not encrypted, so it is not played.", level: "bad" });
    expect(note!.action).to.equal(undefined);
  });

  it("says the same about sound and picture of one person once", () => {
    const tracks = (["microphone", "camera"] as const).map((source) => track(source, source, { blocked: "key-wrong" }));
    expect(callNotes(call({ participants: [participant(bob, { tracks })] }), [], 0)).to.have.length(1);
  });

  it("says once whose media server does not answer, and not that they are connecting", () => {
    const gone = { presence: "unreachable", quality: "lost", tracks: [] } as const;
    const notes = callNotes(call({ participants: [participant(bob, gone)] }), [], 0);
    expect(notes.map(({ id, level }) => `${id} ${level}`)).to.deep.equal(["unreachable care"]);
    expect(notes[0]!.text).to.contain(bob.name).and.contain("does not answer");
    const label = tileLabel(participant(bob, gone), false);
    expect(label).to.contain("connection lost").and.not.contain("connecting");
  });

  it("warns of intruders, and says who does not hear this device", () => {
    const texts = callNotes(call({ intruders: 2 }), [participant(bob).id], 0).map(({ text }) => text);
    expect(texts[0]).to.contain("2 are connected who are not in this room");
    expect(texts[1]).to.contain("Bob Kaya");
  });
});

function blocked(reason: BlockReason, blockedSince?: number) {
  const tracks = [track("b", "microphone", { blocked: reason, blockedSince })];
  return call({ participants: [participant(alice), participant(bob, { tracks })] });
}
