import { expect, waitUntil } from "@open-wc/testing";

import { MeloError } from "../../src/internal/errors.js";
import { SealedVault } from "../../src/matrix/vault.js";
import type { CredentialsRequest, SessionOptions } from "../../src/session/session-state.js";
import { Session } from "../../src/session/session.js";
import { stubFetch, type StubAnswer, type StubRequest } from "../support/stub-fetch.js";

const SERVER = "https://example.org";

describe("Session, signed out", () => {
  let network: ReturnType<typeof stubFetch>;
  const opened: Session[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((session) => session.release()));
    network.restore();
  });

  it("finds that nobody is signed in, without asking the server", async () => {
    serve(() => undefined);
    const session = open();
    expect(session.state.status).to.equal("restoring");
    await status(session, "signed-out");
    expect(session.state).to.include({ storage: "persistent", role: "none", crossSigning: "unknown" });
    expect(network.requests).to.deep.equal([]);
  });

  it("is one session for a slot, until its last user has released it", async () => {
    serve(() => undefined);
    const profile = crypto.randomUUID();
    const [first, second] = [open({ profile }), open({ profile, homeserver: `${SERVER}/` })];
    expect(first).to.equal(second);
    expect(open({ profile: crypto.randomUUID() })).to.not.equal(first);
    await first.release();
    const third = open({ profile });
    expect(third).to.equal(first);
    await second.release();
    await third.release();
    expect(open({ profile })).to.not.equal(first);
  });

  it("gives the same parts for the same room, with their first snapshots", () => {
    serve(() => undefined);
    const session = open();
    const parts = session.room("#garden:example.org");
    expect(session.room("#garden:example.org")).to.equal(parts);
    expect(parts.room.state.status).to.equal("loading");
    expect(parts.timeline.state.items).to.deep.equal([]);
  });

  it("refuses actions while nobody is signed in", async () => {
    serve(() => undefined);
    const session = open();
    await status(session, "signed-out");
    expect(await codeOf(session.unlock("p"))).to.equal("not-signed-in");
    await session.signOut();
    expect(await session.drafts.load("#garden:example.org")).to.equal("");
  });

  it("says why a sign-in failed, and can be tried again", async () => {
    serve(({ url }) => (url.endsWith("/versions") ? { body: { versions: ["v1.11"] } } : { status: 403, body: { errcode: "M_FORBIDDEN" } }));
    const session = open();
    await status(session, "signed-out");
    const seen = statuses(session);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await codeOf(session.signIn({ type: "password", user: "alice", password: "wrong" }))).to.equal("login-rejected");
    }
    expect(seen).to.deep.equal(["signing-in", "signed-out", "signing-in", "signed-out"]);
  });

  it("asks the server for its flows anew after it did not answer", async () => {
    let isUp = false;
    serve(({ url }) =>
      !isUp
        ? undefined
        : url.endsWith("/versions")
          ? { body: { versions: ["v1.11"] } }
          : { body: { flows: [{ type: "m.login.password" }] } },
    );
    const session = open();
    expect(await codeOf(session.loginFlows())).to.equal("homeserver-not-found");
    isUp = true;
    expect((await session.loginFlows()).password).to.equal(true);
  });

  it("asks the host page once however often its slot is opened, and says what is wrong with the answer", async () => {
    serve(() => ({ body: { versions: ["v1.11"] } }));
    const asked: string[] = [];
    const credentials = async ({ reason }: CredentialsRequest) => {
      asked.push(reason);
      return { userId: "@alice:example.org" } as never;
    };
    const session = open({ credentials });
    await status(session, "failed");
    expect(session.state.error).to.deep.include({ code: "credentials-invalid" });
    expect(asked).to.deep.equal(["sign-in"]);
    await session.retry();
    expect(asked).to.deep.equal(["sign-in", "sign-in"]);
    expect(session.state.status).to.equal("failed");
    session.credentials = async () => Promise.reject(new Error("the host's own server is down"));
    await waitUntil(() => session.state.error?.message.includes("function failed"));
  });

  it("does not go on with garbage in place of a kept account", async () => {
    serve(() => undefined);
    const profile = crypto.randomUUID();
    const vault = await SealedVault.open("melo");
    await vault.save(`slot/${encodeURIComponent(SERVER)}/${profile}/account`, { userId: 5 });
    const session = open({ profile });
    await status(session, "signed-out");
  });

  function serve(answer: (request: StubRequest) => StubAnswer): void {
    network = stubFetch(answer);
  }

  function open(options: Partial<SessionOptions> = {}): Session {
    const session = Session.open({ homeserver: SERVER, profile: crypto.randomUUID(), ...options });
    opened.push(session);
    return session;
  }
});

async function status(session: Session, wanted: string): Promise<void> {
  await waitUntil(() => session.state.status === wanted, `the session being ${wanted}`, { timeout: 5_000 });
}

function statuses(session: Session): string[] {
  const seen: string[] = [];
  session.subscribe(() => seen.at(-1) !== session.state.status && seen.push(session.state.status));
  return seen;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "resolved",
    (error: unknown) => (error instanceof MeloError ? error.code : String(error)),
  );
}
