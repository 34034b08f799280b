import { expect } from "@open-wc/testing";

import { OwnData } from "../../src/media/own-data.js";

const QUIET = { muted: true, deafened: false, camera: false, sharing: false };

function setUp(fails = 0) {
  const published: Record<string, unknown>[] = [];
  const life = new AbortController();
  const data: OwnData = new OwnData(
    {
      signal: life.signal,
      publish: async (application) => {
        published.push(application["io.melo.call"] as Record<string, unknown>);
        if (fails-- <= 0) data.handlePublished({ application: "m.call", ...application });
      },
    },
    QUIET,
  );
  return { data, published, life };
}

describe("OwnData", () => {
  it("tells many changes in a short time as one, the last", async () => {
    const { data, published } = setUp();
    await data.tell({ ...QUIET, muted: false });
    await Promise.all([data.tell(QUIET), data.tell({ ...QUIET, camera: true }), data.tell({ ...QUIET, sharing: true })]);
    expect(published.map(({ muted, camera, sharing }) => [muted, camera, sharing])).to.deep.equal([
      [false, false, false],
      [true, false, true],
    ]);
  });

  it("tells nothing that is said already", async () => {
    const { data, published } = setUp();
    data.handlePublished(data.applicationData);
    await data.tell(QUIET);
    expect(published).to.deep.equal([]);
  });

  it("tells again, as something new, what did not reach the homeserver", async () => {
    const { data, published } = setUp(1);
    await data.tell({ ...QUIET, muted: false });
    expect(published.map(({ muted, attempt }) => [muted, attempt])).to.deep.equal([
      [false, 0],
      [false, 1],
    ]);
  });

  it("makes each membership another one than the one before", () => {
    const [one, other] = [setUp(), setUp()];
    expect(one.data.applicationData).not.to.deep.equal(other.data.applicationData);
  });
});
