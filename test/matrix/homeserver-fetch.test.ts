import { expect, waitUntil } from "@open-wc/testing";

import { HomeserverFetch, type Tokens } from "../../src/matrix/homeserver-fetch.js";
import { stubFetch, type StubAnswer, type StubRequest } from "../support/stub-fetch.js";

const SERVER = "https://example.org";
const WHOAMI = `${SERVER}/_matrix/client/v3/account/whoami`;
const DEAD = { status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } };
const WITH_TOKEN = { headers: { Authorization: "Bearer old" } };

describe("HomeserverFetch", () => {
  let network: ReturnType<typeof stubFetch>;
  afterEach(() => network.restore());

  it("renews a dead token and repeats the request, unseen by the client", async () => {
    const { http, tokens } = client(({ authorization }) => (authorization === "Bearer new" ? {} : DEAD));
    expect((await http.fetch(WHOAMI, WITH_TOKEN)).status).to.equal(200);
    expect(tokens.renewed).to.equal(1);
    expect(network.requests.map(({ authorization }) => authorization)).to.deep.equal(["Bearer old", "Bearer new"]);
  });

  it("lets the client see a dead token that cannot be renewed", async () => {
    const { http } = client(() => DEAD, { next: undefined });
    expect((await http.fetch(WHOAMI, WITH_TOKEN)).status).to.equal(401);
  });

  it("does not take a failed renewal for a dead session", async () => {
    const { http } = client(() => DEAD, { fails: true });
    const error = await http.fetch(WHOAMI, WITH_TOKEN).catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "no network");
    expect(http.failure).to.have.property("message", "no network");
  });

  it("gives the token to nobody but the homeserver", async () => {
    const { http } = client(() => ({}));
    for (const url of ["https://evil.org/_matrix/client/v1/media/download/a/b", "https://example.org.evil.org/x", "http://example.org/x"])
      await http.fetch(url, WITH_TOKEN);
    expect(network.requests.map(({ authorization }) => authorization)).to.deep.equal([null, null, null]);
  });

  it("keeps no answer in the browser but media, so that no request waits for that of another account", async () => {
    const { http } = client(() => ({}));
    await http.fetch(`${SERVER}/_matrix/client/v3/sync?since=s1`, WITH_TOKEN);
    await http.fetch(`${SERVER}/_matrix/client/v1/media/thumbnail/example.org/abc`, WITH_TOKEN);
    expect(network.requests.map(({ cache }) => cache)).to.deep.equal(["no-store", undefined]);
  });

  it("keeps to Retry-After, for that address only", async () => {
    let isFull = true;
    const { http } = client(({ url }) => (isFull && url === WHOAMI ? { status: 429, headers: { "Retry-After": "1" } } : {}));
    await http.fetch(WHOAMI, WITH_TOKEN);
    isFull = false;
    const asked = performance.now();
    await http.fetch(`${SERVER}/elsewhere`, WITH_TOKEN);
    expect(performance.now() - asked).to.be.lessThan(500);
    await http.fetch(WHOAMI, WITH_TOKEN);
    expect(performance.now() - asked).to.be.greaterThan(900);
  });

  it("gives up a request that is aborted while it waits", async () => {
    const { http } = client(() => ({ status: 429, headers: { "Retry-After": "60" } }));
    await http.fetch(WHOAMI, WITH_TOKEN);
    const stop = new AbortController();
    const waiting = http.fetch(WHOAMI, { ...WITH_TOKEN, signal: stop.signal }).catch((reason: unknown) => reason);
    stop.abort();
    expect(await waiting).to.have.property("name", "AbortError");
    expect(network.requests).to.have.length(1);
  });

  it("answers the first questions of a start from memory, each once, and asks for the next start", async () => {
    const questions = [
      [`${SERVER}/_matrix/client/versions`, {}],
      [`${SERVER}/_matrix/client/v3/pushrules/`, {}],
      [`${SERVER}/_matrix/client/v3/user/%40alice%3Aexample.org/filter`, { method: "POST", body: '{"room":{}}' }],
    ] as const;
    let round = 0;
    let kept: Readonly<Record<string, string>> = {};
    const memory = { load: async () => kept, save: async (answers: typeof kept) => void (kept = answers) };
    const ask = async (http: HomeserverFetch) =>
      Promise.all(questions.map(async ([url, init]) => ((await (await http.fetch(url, init)).json()) as { round: number }).round));

    expect(await ask(client(() => ({ body: { round } }), { memory }).http), "nothing is kept").to.deep.equal([0, 0, 0]);
    await waitUntil(() => Object.keys(kept).length === 3);
    network.restore();
    round = 1;
    const { http } = client(() => ({ body: { round } }), { memory });
    expect(await ask(http), "what is kept").to.deep.equal([0, 0, 0]);
    await waitUntil(() => Object.values(kept).every((answer) => answer === '{"round":1}'), "the new answers are kept");
    expect(await ask(http), "a second time, what the server says").to.deep.equal([1, 1, 1]);
  });

  it("keeps no answer to another question, and no refusal", async () => {
    let kept: Readonly<Record<string, string>> = {};
    const memory = { load: async () => kept, save: async (answers: typeof kept) => void (kept = answers) };
    const filter = `${SERVER}/_matrix/client/v3/user/%40alice%3Aexample.org/filter`;
    const { http } = client(({ url }) => (url === WHOAMI ? {} : { status: 500 }), { memory });
    await http.fetch(WHOAMI);
    await http.fetch(filter, { method: "POST", body: "{}" });
    await aTask();
    expect(kept).to.deep.equal({});
  });

  it("tells when the server has taken a request to an address", async () => {
    let status = 500;
    const { http } = client(() => ({ status }));
    let taken = false;
    void http.taken("/keys/upload").then(() => (taken = true));
    await http.fetch(`${SERVER}/_matrix/client/v3/keys/upload`, { method: "POST" });
    await http.fetch(WHOAMI, WITH_TOKEN);
    status = 200;
    await http.fetch(WHOAMI, WITH_TOKEN);
    await aTask();
    expect(taken).to.be.false;
    await http.fetch(`${SERVER}/_matrix/client/v3/keys/upload`, { method: "POST" });
    await aTask();
    expect(taken).to.be.true;
  });

  it("slows a storm down", async () => {
    const { http } = client(() => ({}));
    const began = performance.now();
    for (let request = 0; request < 22; request++) await http.fetch(WHOAMI, WITH_TOKEN);
    expect(performance.now() - began).to.be.greaterThan(900);
  });

  it("lets no answer through after its end", async () => {
    const answer = Promise.withResolvers<StubAnswer>();
    const { http } = client(() => answer.promise);
    let isSettled = false;
    void http.fetch(WHOAMI, WITH_TOKEN).finally(() => (isSettled = true));
    http.end();
    answer.resolve({});
    await Promise.race([new Promise((resolve) => requestAnimationFrame(resolve)), answer.promise.then(() => undefined)]);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(isSettled).to.equal(false);
  });

  interface ClientOptions {
    next?: string | undefined;
    fails?: boolean;
    memory?: ConstructorParameters<typeof HomeserverFetch>[2];
  }

  function client(answer: (request: StubRequest) => StubAnswer | Promise<StubAnswer>, options: ClientOptions = {}) {
    network = stubFetch(answer);
    const next = "next" in options ? options.next : "new";
    const tokens = {
      renewed: 0,
      current: async () => "old",
      renew: async () => {
        tokens.renewed++;
        if (options.fails) throw new Error("no network");
        return next;
      },
    } satisfies Tokens & { renewed: number };
    return { http: new HomeserverFetch(SERVER, tokens, options.memory), tokens };
  }
});

function aTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
