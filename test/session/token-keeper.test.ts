import { expect } from "@open-wc/testing";

import type { Account, Credentials } from "../../src/matrix/credentials.js";
import { TokenKeeper } from "../../src/session/token-keeper.js";
import { stubFetch, type StubAnswer } from "../support/stub-fetch.js";

const ALICE: Account = { userId: "@alice:example.org", deviceId: "D", accessToken: "old", homeserver: "https://example.org" };

describe("TokenKeeper", () => {
  let network: ReturnType<typeof stubFetch> | undefined;
  afterEach(() => network?.restore());

  it("asks the host once for however many requests find the token dead", async () => {
    const { tokens, asked, saved } = keeper(ALICE, { ...ALICE, accessToken: "new" });
    expect(await Promise.all(Array.from({ length: 50 }, () => tokens.renew("old")))).to.deep.equal(Array(50).fill("new"));
    expect(asked.count).to.equal(1);
    expect(saved.map(({ accessToken }) => accessToken)).to.deep.equal(["new"]);
    expect(await tokens.renew("old"), "a straggler with the old token").to.equal("new");
    expect(asked.count).to.equal(1);
  });

  it("spends the refresh token first, and keeps the next one", async () => {
    serve({ body: { access_token: "new", refresh_token: "r2", expires_in_ms: 60_000 } });
    const { tokens, asked, saved } = keeper({ ...ALICE, refreshToken: "r1" }, undefined);
    expect(await tokens.renew("old")).to.equal("new");
    expect(network!.requests[0]).to.deep.include({ body: { refresh_token: "r1" }, authorization: null });
    expect(saved[0]).to.include({ refreshToken: "r2", deviceId: "D" });
    expect(asked.count).to.equal(0);
  });

  it("asks the host when the refresh token is dead too", async () => {
    serve({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
    const { tokens } = keeper({ ...ALICE, refreshToken: "r1" }, { ...ALICE, accessToken: "new" });
    expect(await tokens.renew("old")).to.equal("new");
  });

  it("ends nothing for a lost connection", async () => {
    serve(undefined);
    const { tokens, asked } = keeper({ ...ALICE, refreshToken: "r1" }, { ...ALICE, accessToken: "new" });
    const error = await tokens.renew("old").catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "homeserver-unreachable");
    expect(asked.count).to.equal(0);
  });

  it("has none when the host gives the dead one again, or nothing", async () => {
    expect(await keeper(ALICE, ALICE).tokens.renew("old")).to.equal(undefined);
    expect(await keeper(ALICE, undefined).tokens.renew("old")).to.equal(undefined);
  });

  it("renews a token that is about to end before it is used", async () => {
    serve({ body: { access_token: "new" } });
    expect(await keeper({ ...ALICE, refreshToken: "r", expiresAt: Date.now() + 1000 }, undefined).tokens.current()).to.equal("new");
    expect(await keeper({ ...ALICE, refreshToken: "r", expiresAt: Date.now() + 60_000 }, undefined).tokens.current()).to.equal("old");
  });

  function serve(answer: StubAnswer): void {
    network = stubFetch(() => answer);
  }
});

function keeper(account: Account, host: Credentials | undefined) {
  const asked = { count: 0 };
  const saved: Account[] = [];
  const tokens = new TokenKeeper({
    account,
    askHost: async () => {
      asked.count++;
      return host;
    },
    save: async (renewed) => void saved.push(renewed),
  });
  return { tokens, asked, saved };
}
