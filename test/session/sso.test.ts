import { expect } from "@open-wc/testing";

import { finishSso, startSso } from "../../src/session/sso.js";

const SERVER = "https://example.org";

describe("single sign-on", () => {
  const before = location.href;
  afterEach(() => {
    history.replaceState(null, "", before);
    sessionStorage.removeItem("melo:sso");
  });

  it("takes the token that it was sent away for, once, and out of the address", () => {
    returnFrom(startSso("slot", SERVER, `${location.origin}${location.pathname}?page=2#part`), "secret");
    expect(finishSso("another slot")).to.equal(undefined);
    expect(finishSso("slot")).to.deep.equal({ homeserver: SERVER, token: "secret" });
    expect(location.search + location.hash).to.equal("?page=2#part");
    expect(finishSso("slot")).to.equal(undefined);
  });

  it("finds the right one of several links that were made", () => {
    const first = startSso("slot", SERVER, location.href, "a");
    startSso("slot", SERVER, location.href, "b");
    returnFrom(first, "secret");
    expect(finishSso("slot")?.token).to.equal("secret");
  });

  it("leaves a token alone that this tab did not ask for", () => {
    returnFrom(startSso("slot", SERVER, location.href), "secret");
    sessionStorage.removeItem("melo:sso");
    expect(finishSso("slot")).to.equal(undefined);
    startSso("slot", SERVER, location.href);
    expect(finishSso("slot"), "another sign-in's state").to.equal(undefined);
    expect(location.search).to.include("loginToken=secret");
  });
});

/** Goes where the server would send the visitor back to. */
function returnFrom(ssoUrl: string, token: string): void {
  const url = new URL(new URL(ssoUrl).searchParams.get("redirectUrl")!);
  url.searchParams.set("loginToken", token);
  history.replaceState(null, "", url);
}
