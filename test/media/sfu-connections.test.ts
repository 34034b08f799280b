import { expect } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import type { CallMember } from "../../src/media/room-call-state.js";
import { SfuConnections } from "../../src/media/sfu-connections.js";

const OWN = "https://rtc.own/jwt";
const OTHER = "https://rtc.other/jwt";

describe("the connections of a call", () => {
  let asked: (string | undefined)[];
  let sfus: SfuConnections;

  beforeEach(() => {
    asked = [];
    sfus = new SfuConnections({
      encrypted: false,
      access: async (url) => {
        asked.push(url);
        throw new MeloError("call-service-refused", "No.");
      },
      onChange: () => {},
      onEnd: () => {},
    });
  });

  afterEach(() => sfus.close());

  const member = (id: string, serviceUrl: string, isThisDevice = false): CallMember =>
    ({ id, identity: id, serviceUrl, isThisDevice }) as CallMember;

  it("ask nobody for access on behalf of members who publish nowhere, and only at addresses that somebody names", async () => {
    sfus.setMembers([member("own", OWN, true), member("nowhere", ""), member("beside", OWN), member("ben", OTHER)]);
    await until(() => asked.length > 0);
    expect(asked).to.deep.equal([OTHER]);
  });

  it("are lost where one cannot be reached, tried again, and given up with the last who publishes there", async () => {
    sfus.setMembers([member("own", OWN, true), member("ben", OTHER)]);
    await until(() => sfus.isLost(OTHER));
    expect(sfus.isLost(OWN)).to.equal(false);
    await until(() => asked.length === 2);
    sfus.setMembers([member("own", OWN, true)]);
    expect(sfus.isLost(OTHER)).to.equal(false);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(asked.length).to.equal(2);
  });

  it("are not made to more SFUs than a call can have, however many are named", async () => {
    const crowd = Array.from({ length: 60 }, (_, index) => member(`m${index}`, `https://rtc${index}.other/jwt`));
    sfus.setMembers([member("own", OWN, true), ...crowd]);
    await until(() => asked.length >= 20);
    expect(new Set(asked).size).to.equal(20);
  });
});

async function until(what: () => boolean): Promise<void> {
  for (const end = performance.now() + 8_000; !what(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (performance.now() > end) throw new Error("It did not come about.");
}
