import { expect } from "@open-wc/testing";

import { StageFocus } from "../../src/elements/stage-focus.js";
import { tileTowards } from "../../src/elements/stage-keyboard.js";
import { layOut } from "../../src/elements/stage-layout.js";
import type { StageTile } from "../../src/elements/stage-tiles.js";

const person = (key: string, isLocal = false): StageTile => ({ key, participantId: key, isLocal });
const screen = (key: string, isLocal = false): StageTile => ({ key: `${key} screen`, participantId: key, screen: "screen", isLocal });
const people = [person("me", true), person("bob"), person("carol")];

describe("which tile of a call is large", () => {
  it("is a screen that somebody shares, until it ends", () => {
    const focus = new StageFocus();
    focus.update(people, []);
    expect(focus.large(false)).to.equal(undefined);
    focus.update([...people, screen("bob")], []);
    expect(focus.large(false)).to.equal("bob screen");
    focus.update(people, []);
    expect(focus.large(false)).to.equal(undefined);
  });

  it("is never the own screen by itself", () => {
    const focus = new StageFocus();
    focus.update([...people, screen("me", true)], []);
    expect(focus.large(false)).to.equal(undefined);
  });

  it("is the newest of several screens, and the earlier one again when that ends", () => {
    const focus = new StageFocus();
    focus.update([...people, screen("bob")], []);
    focus.update([...people, screen("bob"), screen("carol")], []);
    expect(focus.large(false)).to.equal("carol screen");
    focus.update([...people, screen("bob")], []);
    expect(focus.large(false)).to.equal("bob screen");
  });

  it("is what the visitor pinned, whatever is shared, and the screen again after it was put back", () => {
    const focus = new StageFocus();
    focus.update([...people, screen("bob")], []);
    focus.toggle("carol");
    expect(focus.large(false)).to.equal("carol");
    focus.toggle("carol");
    expect(focus.large(false)).to.equal("bob screen");
  });

  it("leaves a screen that the visitor put back where it is, for as long as it is shared", () => {
    const focus = new StageFocus();
    focus.update([...people, screen("bob")], []);
    focus.toggle("bob screen");
    focus.update([...people, screen("bob")], []);
    expect(focus.large(false)).to.equal(undefined);
    focus.update(people, []);
    focus.update([...people, screen("bob")], []);
    expect(focus.large(false), "shared anew").to.equal("bob screen");
  });

  it("stays with who spoke last while it follows the speaker, through silence", () => {
    const focus = new StageFocus();
    focus.update(people, ["carol"]);
    focus.update(people, []);
    expect(focus.large(true)).to.equal("carol");
    focus.update(people, ["carol", "bob"]);
    expect(focus.large(true), "two at once do not make it jump").to.equal("carol");
    focus.update(people, ["bob"]);
    expect(focus.large(true)).to.equal("bob");
  });

  it("forgets a pin whose person has left", () => {
    const focus = new StageFocus();
    focus.update(people, []);
    focus.toggle("bob");
    focus.update([people[0]!, people[2]!], []);
    focus.update(people, []);
    expect(focus.large(false)).to.equal(undefined);
  });
});

describe("arrow keys over the tiles of a call", () => {
  const { boxes } = layOut({ width: 900, height: 600, gap: 12 }, { arrangement: "grid", keys: ["a", "b", "c", "d"], page: 0 });

  it("lead to the neighbour in that direction, and nowhere at the edge", () => {
    expect(tileTowards("ArrowRight", "a", boxes, false)).to.equal("b");
    expect(tileTowards("ArrowDown", "a", boxes, false)).to.equal("c");
    expect(tileTowards("ArrowLeft", "a", boxes, false)).to.equal(undefined);
    expect(tileTowards("End", "a", boxes, false)).to.equal("d");
    expect(tileTowards("Home", "d", boxes, false)).to.equal("a");
  });

  it("follow the direction of writing", () => {
    expect(tileTowards("ArrowLeft", "a", boxes, true)).to.equal("b");
  });
});
