import { expect } from "@open-wc/testing";
import fc from "fast-check";

import { MeloError } from "../../src/internal/errors.js";
import { HomeserverMedia } from "../../src/matrix/homeserver-media.js";
import { parseMxc } from "../../src/matrix/mxc.js";

const HOMESERVER = "https://matrix.example.org/base";

describe("parseMxc", () => {
  it("takes what is in the grammar", () => {
    expect(parseMxc("mxc://example.org/AbC_1-2")).to.deep.equal({ serverName: "example.org", mediaId: "AbC_1-2" });
    for (const server of ["example.org:8448", "10.0.0.1", "[2001:db8::1]:8448", "localhost:18008", "a"])
      expect(parseMxc(`mxc://${server}/x`), server).to.exist;
  });

  it("takes nothing else", () => {
    const others = [
      "",
      "mxc://",
      "mxc://a",
      "mxc://a/",
      "mxc://a/b/c",
      "mxc://a/b?c",
      "mxc://a/b#c",
      "mxc://../x",
      "mxc://./x",
      "mxc://a./x",
      "mxc://a/..",
      "mxc://a/.",
      "mxc://a/%2e%2e",
    ];
    const strange = [
      "MXC\n://a/b",
      " mxc://a/b",
      "mxc://a/b\n",
      "mxc://a@b/c",
      "mxc://a\\b/c",
      "mxc://a:b/c",
      "mxc://a/b\u202e",
      "https://a/b",
      "javascript:alert(1)",
      null,
      {},
      ["mxc://a/b"],
    ];
    for (const uri of [...others, ...strange]) expect(parseMxc(uri), String(uri)).to.be.undefined;
  });
});

describe("HomeserverMedia", () => {
  it("asks for nothing but media of its homeserver, whatever it is given", async function () {
    this.timeout(30_000);
    const { media, requests } = mediaOf();
    const part = fc.oneof(
      fc.constantFrom("..", ".", "/", "%2e%2e", "a", "@", ":", "?x", "#", "\\", "_matrix", "client", "\u0000", "[::1]", "evil.org"),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    const uri = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => `mxc://${parts.join("")}`),
      fc.tuple(part, part).map(([server, id]) => `mxc://${server}/${id}`),
      fc.string({ unit: "binary" }),
      fc.tuple(fc.domain(), fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)).map(([server, id]) => `mxc://${server}/${id}`),
    );
    const size = fc.option(fc.record({ width: fc.integer(), height: fc.integer() }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(uri, size, async (text, wanted) => void (await media.load(text, wanted).catch(() => {}))),
      { numRuns: 1_000 },
    );
    expect(requests.length).to.be.greaterThan(50);
    for (const { url } of requests)
      expect(new URL(url).href).to.match(
        /^https:\/\/matrix\.example\.org\/base\/_matrix\/client\/v1\/media\/(download|thumbnail)\/[^/]+\/[\w-]+(\?[^#]*)?$/,
      );
  });

  it("sends the token in a header, and follows nobody elsewhere", async () => {
    const { media, requests } = mediaOf();
    await media.load("mxc://example.org/a", { width: 36, height: 36 });
    expect(requests[0]?.init.redirect).to.equal("error");
    expect(new Headers(requests[0]?.init.headers).get("Authorization")).to.equal("Bearer token");
    expect(requests[0]?.url).not.to.include("token");
  });

  it("asks older servers at the address that needs no token, without one", async () => {
    const { media, requests } = mediaOf({ modern: false });
    await media.load("mxc://example.org/a");
    expect(requests[0]?.url).to.equal(`${HOMESERVER}/_matrix/media/v3/download/example.org/a`);
    expect(new Headers(requests[0]?.init.headers).has("Authorization")).to.be.false;
  });

  it("gives what a browser would run as plain bytes", async () => {
    for (const [type, given] of [
      ["image/png", "image/png"],
      ["image/svg+xml", ""],
      ["text/html; charset=utf-8", ""],
      ["application/pdf", ""],
      ["IMAGE/JPEG;x=y", "image/jpeg"],
    ] as const) {
      const { media } = mediaOf({ answer: () => new Response("x", { headers: { "Content-Type": type } }) });
      expect((await media.load("mxc://example.org/a")).type, type).to.equal(given || "application/octet-stream");
    }
  });

  it("fetches the same thing once, and again after a failure", async () => {
    let fails = true;
    const { media, requests } = mediaOf({ answer: () => (fails ? new Response("", { status: 502 }) : new Response("x")) });
    expect(await codeOf(media.load("mxc://example.org/a"))).to.equal("homeserver-unreachable");
    fails = false;
    const [first, second] = await Promise.all([media.load("mxc://example.org/a"), media.load("mxc://example.org/a")]);
    expect(first).to.equal(second);
    expect(requests).to.have.length(2);
  });

  it("refuses what is too large, whatever the length says", async () => {
    const endless = () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(8 * 1024 * 1024)) });
    const { media } = mediaOf({ answer: () => new Response(endless()) });
    expect(await codeOf(media.load("mxc://example.org/a"))).to.equal("too-large");
  });
});

function mediaOf({ modern = true, answer = () => new Response("x", { headers: { "Content-Type": "image/png" } }) } = {}) {
  const requests: { url: string; init: RequestInit }[] = [];
  const media = new HomeserverMedia({
    getHomeserverUrl: () => HOMESERVER,
    getAccessToken: () => "token",
    isVersionSupported: async () => modern,
    http: {
      fetch: async (resource: string | URL, init: RequestInit = {}) => {
        requests.push({ url: String(resource), init });
        return answer();
      },
    },
  });
  return { media, requests };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "resolved",
    (error: unknown) => (error instanceof MeloError ? error.code : String(error)),
  );
}
