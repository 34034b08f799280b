import { expect } from "@open-wc/testing";

import { isSmall, layOut, MOST_ON_A_PAGE, type Box } from "../../src/elements/stage-layout.js";

const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);
const space = { width: 1000, height: 600, gap: 12 };

describe("the layout of a call", () => {
  it("keeps every tile inside its place, none over another, for any number of people and any place", () => {
    for (const arrangement of ["grid", "focus", "strip"] as const) {
      for (const [width, height] of [
        [280, 500],
        [280, 120],
        [720, 480],
        [1280, 720],
        [150, 700],
      ] as const) {
        for (const count of [1, 2, 3, 5, 16, 40]) {
          const { boxes } = layOut({ width, height, gap: 8 }, { arrangement, keys: keys(count), large: "p0", page: 0 });
          const all = [...boxes.values()];
          expect(all.length, `${arrangement} ${width}×${height}, ${count}`).to.be.greaterThan(0);
          for (const box of all) expect(isInside(box, width, height), `${arrangement} ${width}×${height}, ${count}`).to.equal(true);
          for (const [index, box] of all.entries()) {
            for (const other of all.slice(index + 1))
              expect(overlap(box, other), `${arrangement} ${width}×${height}, ${count}`).to.equal(false);
          }
        }
      }
    }
  });

  it("shows sixteen at once where there is room, and the others on further pages", () => {
    const all = keys(40);
    const pages = [0, 1, 2].map((page) => [...layOut(space, { arrangement: "grid", keys: all, page }).boxes.keys()]);
    expect(pages[0]).to.have.length(MOST_ON_A_PAGE);
    expect(pages.flat()).to.deep.equal(all);
    expect(layOut(space, { arrangement: "grid", keys: all, page: 0 }).pages).to.equal(3);
  });

  it("turns to the last page when the one that was shown is gone", () => {
    expect(layOut(space, { arrangement: "grid", keys: keys(17), page: 9 }).page).to.equal(1);
  });

  it("makes the pinned tile the largest, and keeps it on every page", () => {
    for (const page of [0, 1]) {
      const { boxes } = layOut(space, { arrangement: "focus", keys: keys(30), large: "p7", page });
      const largest = [...boxes].reduce((a, b) => (area(a[1]) >= area(b[1]) ? a : b))[0];
      expect(largest).to.equal("p7");
    }
  });

  it("puts oneself in the corner of the other one", () => {
    const { boxes } = layOut(space, { arrangement: "pair", keys: ["me", "other"], large: "other", page: 0 });
    expect(boxes.get("other")).to.deep.equal({ x: 0, y: 0, width: 1000, height: 600 });
    const own = boxes.get("me")!;
    expect(own.x + own.width).to.be.at.most(1000);
    expect(area(own)).to.be.lessThan(area(boxes.get("other")!) / 5);
  });

  it("calls a low or narrow place small", () => {
    expect([isSmall({ width: 600, height: 120, gap: 8 }), isSmall({ width: 130, height: 600, gap: 8 }), isSmall(space)]).to.deep.equal([
      true,
      true,
      false,
    ]);
  });

  it("places nothing where there is no place yet", () => {
    expect(layOut({ width: 0, height: 0, gap: 8 }, { arrangement: "grid", keys: keys(3), page: 0 }).boxes.size).to.equal(0);
  });
});

function area({ width, height }: Box): number {
  return width * height;
}

function isInside({ x, y, width, height }: Box, most: number, high: number): boolean {
  return x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= most + 1 && y + height <= high + 1;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
