import { expect } from "@open-wc/testing";

import { quality } from "../../src/media/call-test-steps.js";
import { echoIn, isEcho } from "../../src/media/sound-test.js";

describe("whether the microphone hears the speaker", () => {
  const hears = (before: number, during: number) => isEcho(echoIn({ before, during }));

  it("is so if the tones stand out of what was there before", () => {
    expect(hears(-95, -50)).to.equal(true);
    expect(hears(-Infinity, -40)).to.equal(true);
  });

  it("is not so if they do not, or nobody would hear them", () => {
    expect(hears(-95, -94)).to.equal(false);
    expect(hears(-140, -80)).to.equal(false);
    expect(hears(-Infinity, -Infinity)).to.equal(false);
  });

  it("is not so of a room that is as loud by itself", () => {
    expect(hears(-35, -30)).to.equal(false);
  });
});

describe("what people will notice of a connection", () => {
  it("is nothing while all is small", () => {
    expect(quality({ loss: 0.01, roundTrip: 120, jitter: 12 })).to.deep.equal({ verdict: "well", reason: "well" });
    expect(quality({})).to.deep.equal({ verdict: "well", reason: "well" });
  });

  it("is what is worst, loss first", () => {
    expect(quality({ loss: 0.05, roundTrip: 400 })).to.deep.equal({ verdict: "attention", reason: "lossy" });
    expect(quality({ loss: 0.05, roundTrip: 900 })).to.deep.equal({ verdict: "wrong", reason: "slow" });
    expect(quality({ jitter: 60 })).to.deep.equal({ verdict: "attention", reason: "uneven" });
    expect(quality({ loss: 0.5 })).to.deep.equal({ verdict: "wrong", reason: "lossy" });
  });
});
