import { expect } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import { discoverHomeserver } from "../../src/matrix/discovery.js";
import { stubFetch, type StubAnswer } from "../support/stub-fetch.js";

const VERSIONS = { body: { versions: ["v1.11"] } };
const WELL_KNOWN = "https://example.org/.well-known/matrix/client";

describe("discoverHomeserver", () => {
  const cases: readonly { says: string; written: string; answers: Record<string, StubAnswer>; gives: string }[] = [
    {
      says: "takes a URL",
      written: " https://matrix.example.org/ ",
      answers: { "https://matrix.example.org": VERSIONS },
      gives: "https://matrix.example.org",
    },
    {
      says: "keeps a URL's path",
      written: "https://example.org/hs/",
      answers: { "https://example.org/hs": VERSIONS },
      gives: "https://example.org/hs",
    },
    {
      says: "follows the well-known document of a server name",
      written: "example.org",
      answers: { [WELL_KNOWN]: points("https://m.example.org/"), "https://m.example.org": VERSIONS },
      gives: "https://m.example.org",
    },
    {
      says: "asks the name's host, without its port, for the document",
      written: "example.org:8448",
      answers: { [WELL_KNOWN]: points("https://m.example.org"), "https://m.example.org": VERSIONS },
      gives: "https://m.example.org",
    },
    {
      says: "tries the name itself where there is no document",
      written: "example.org",
      answers: { [WELL_KNOWN]: { status: 404 }, "https://example.org": VERSIONS },
      gives: "https://example.org",
    },
    {
      says: "tries the name itself where the document cannot be had",
      written: "example.org",
      answers: { [WELL_KNOWN]: undefined, "https://example.org": VERSIONS },
      gives: "https://example.org",
    },
    {
      says: "needs no TLS on this machine",
      written: "localhost:8008",
      answers: { "http://localhost:8008": VERSIONS },
      gives: "http://localhost:8008",
    },
    { says: "says that nobody answers", written: "https://nobody.example.org", answers: {}, gives: "homeserver-not-found" },
    { says: "says that nobody answers for a name", written: "nobody.example.org", answers: {}, gives: "homeserver-not-found" },
    { says: "refuses what is neither URL nor name", written: "not a server", answers: {}, gives: "homeserver-not-found" },
    {
      says: "refuses a password in the URL",
      written: "https://a:b@example.org",
      answers: { "https://a:b@example.org": VERSIONS },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses what answers and is no homeserver",
      written: "https://example.org",
      answers: { "https://example.org": { body: "<html>" } },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses a 404",
      written: "https://example.org",
      answers: { "https://example.org": { status: 404 } },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses an answer without versions",
      written: "https://example.org",
      answers: { "https://example.org": { body: { versions: [] } } },
      gives: "homeserver-invalid",
    },
    {
      says: "waits for a server that is down",
      written: "https://example.org",
      answers: { "https://example.org": { status: 502 } },
      gives: "homeserver-unreachable",
    },
    {
      says: "refuses a document that is no JSON",
      written: "example.org",
      answers: { [WELL_KNOWN]: { body: "<html>" }, "https://example.org": VERSIONS },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses a document without a homeserver",
      written: "example.org",
      answers: { [WELL_KNOWN]: { body: {} }, "https://example.org": VERSIONS },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses a document whose homeserver is no URL",
      written: "example.org",
      answers: { [WELL_KNOWN]: points("m.example.org") },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses a document that points to nothing",
      written: "example.org",
      answers: { [WELL_KNOWN]: points("https://gone.example.org") },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses a document that leads out of TLS",
      written: "example.org",
      answers: { [WELL_KNOWN]: points("http://m.example.org"), "http://m.example.org": VERSIONS },
      gives: "homeserver-invalid",
    },
    {
      says: "refuses a broken identity server",
      written: "example.org",
      answers: {
        [WELL_KNOWN]: { body: { "m.homeserver": { base_url: "https://m.example.org" }, "m.identity_server": {} } },
        "https://m.example.org": VERSIONS,
      },
      gives: "homeserver-invalid",
    },
  ];

  for (const { says, written, answers, gives } of cases) {
    it(says, async () => {
      const network = stubFetch(({ url }) => answers[url] ?? answers[url.replace(/\/_matrix\/client\/versions$/, "")]);
      const outcome = await discoverHomeserver(written)
        .catch((error: unknown) => (error instanceof MeloError ? error.code : String(error)))
        .finally(network.restore);
      expect(outcome).to.equal(gives);
    });
  }
});

function points(baseUrl: string): StubAnswer {
  return { body: { "m.homeserver": { base_url: baseUrl } } };
}
