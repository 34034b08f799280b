import { expect, fixture, html, nextFrame, oneEvent, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-avatar.js";
import { MeloSession } from "../../src/elements/melo-session.js";
import type { MeloErrorEvent, MeloSessionReadyEvent } from "../../src/elements/session-events.js";
import { MeloError } from "../../src/internal/errors.js";
import type { SessionOptions } from "../../src/session/session-state.js";
import { FakeSession, fakeSession, type FakeSessionOptions } from "../../stories/support/fake-session.js";

const ADDRESS = "https://matrix.example.org";

/** Stands in for the class `Session`, which would ask a real server. */
class OpenedSession extends FakeSession {
  released = false;

  constructor(
    readonly opened: SessionOptions,
    options?: FakeSessionOptions,
  ) {
    super(options);
    this.credentials = opened.credentials;
  }

  release(): void {
    this.released = true;
  }
}

/** Opens such sessions, and hands back all that were opened. */
class TestSession extends MeloSession {
  readonly opened: OpenedSession[] = [];
  answer: (session: OpenedSession) => OpenedSession | Promise<OpenedSession> = (session) => session;

  protected override async openSession(options: SessionOptions): Promise<OpenedSession> {
    const session = new OpenedSession(options);
    this.opened.push(session);
    return this.answer(session);
  }
}
customElements.define("melo-session-under-test", TestSession);

const tag = (attributes: Record<string, string> = { homeserver: ADDRESS }): TestSession => {
  const element = document.createElement("melo-session-under-test") as TestSession;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

const twoFrames = async (): Promise<void> => {
  for (let frame = 0; frame < 3; frame++) await nextFrame();
};

describe("<melo-session>", () => {
  let place: HTMLElement;

  beforeEach(async () => {
    place = await fixture(html`<div></div>`);
  });

  it("opens no session before it is on the page with an address, and one then, with what its attributes say", async () => {
    const element = tag({ homeserver: ADDRESS, profile: "work", "device-policy": "all-devices", "wasm-url": "/crypto.wasm" });
    await nextFrame();
    expect(element.opened).to.be.empty;
    setTimeout(() => place.append(element));
    const { session } = await oneEvent<MeloSessionReadyEvent>(place, "melo-session-ready");
    expect(session).to.equal(element.opened[0]);
    expect(session).to.equal(element.session);
    expect(element.opened.map(({ opened }) => opened)).to.deep.equal([
      {
        homeserver: ADDRESS,
        profile: "work",
        devicePolicy: "all-devices",
        wasmUrl: "/crypto.wasm",
        credentials: undefined,
        recoverySecret: undefined,
        calls: undefined,
      },
    ]);
  });

  it("keeps its session when it is moved on the page", async () => {
    const element = tag();
    place.append(element);
    await waitUntil(() => element.session);
    const elsewhere = place.appendChild(document.createElement("section"));
    elsewhere.append(element);
    await twoFrames();
    expect(element.opened).to.have.length(1);
    expect(element.opened[0]!.released).to.be.false;
    expect(element.session).to.equal(element.opened[0]);
  });

  it("ends its session two frames after it was removed, and opens another one when it comes back", async () => {
    const element = tag();
    place.append(element);
    await waitUntil(() => element.session);
    element.remove();
    expect(element.opened[0]!.released).to.be.false;
    await waitUntil(() => element.opened[0]!.released);
    expect(element.session).to.be.undefined;
    place.append(element);
    await waitUntil(() => element.session);
    expect(element.session).to.equal(element.opened[1]);
  });

  it("keeps its session off the page with keep-alive", async () => {
    const element = tag({ homeserver: ADDRESS, "keep-alive": "" });
    place.append(element);
    await waitUntil(() => element.session);
    element.remove();
    await twoFrames();
    expect(element.opened[0]!.released).to.be.false;
    place.append(element);
    await twoFrames();
    expect(element.opened).to.have.length(1);
  });

  it("replaces its session when an attribute changes, and releases one that comes too late", async () => {
    const element = tag();
    let letGo!: (session: OpenedSession) => void;
    element.answer = () => new Promise((resolve) => (letGo = resolve));
    place.append(element);
    await waitUntil(() => element.opened.length === 1);
    element.answer = (session) => session;
    element.profile = "second";
    await waitUntil(() => element.session === element.opened[1]);
    letGo(element.opened[0]!);
    await waitUntil(() => element.opened[0]!.released);
    expect(element.session).to.equal(element.opened[1]);
    expect(element.opened[1]!.released).to.be.false;
  });

  it("takes a session from the page, and leaves ending it to the page", async () => {
    const given = new OpenedSession({ homeserver: ADDRESS });
    const element = tag();
    element.session = given;
    place.append(element);
    await twoFrames();
    expect(element.opened).to.be.empty;
    element.remove();
    await twoFrames();
    expect(given.released).to.be.false;
  });

  it("takes credentials, also those set before its code was loaded", async () => {
    const credentials = { userId: "@alice:example.org", deviceId: "D", accessToken: "t" };
    const element = document.createElement("melo-session-later") as TestSession;
    element.setAttribute("homeserver", ADDRESS);
    element.credentials = credentials;
    place.append(element);
    customElements.define("melo-session-later", class extends TestSession {});
    await waitUntil(() => element.session);
    expect(element.opened[0]!.opened.credentials).to.equal(credentials);

    const others = async (): Promise<typeof credentials> => credentials;
    element.credentials = others;
    await element.updateComplete;
    expect(element.session!.credentials).to.equal(others);
    expect(element.opened).to.have.length(1);
  });

  it("says on the page and once in the console what is wrong with an attribute", async () => {
    const written: unknown[] = [];
    const { error } = console;
    console.error = (...args: unknown[]) => void written.push(...args);
    try {
      for (const element of [tag({ homeserver: "not an address" }), tag({ homeserver: "not an address" })]) {
        const failed = oneEvent(place, "melo-error");
        place.append(element);
        await failed;
        await element.updateComplete;
        expect(element.shadowRoot!.querySelector("[role=alert]")!.textContent).to.contain("not an address");
        expect(element.opened).to.be.empty;
      }
    } finally {
      console.error = error;
    }
    expect(written).to.have.length(1);
  });

  it("then hides the tags that wait for it, and nothing else of the page", async () => {
    const element = tag({ homeserver: "not an address" });
    const room = element.appendChild(document.createElement("melo-room"));
    place.append(element);
    await element.updateComplete;
    expect(room.checkVisibility()).to.be.false;
    const page = tag({ homeserver: "not an address" });
    const words = page.appendChild(document.createElement("p"));
    place.append(page);
    await page.updateComplete;
    expect(words.checkVisibility()).to.be.true;
  });

  it("says so when its code cannot be loaded", async () => {
    const element = tag();
    element.answer = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
    const failed = oneEvent<MeloErrorEvent>(place, "melo-error");
    place.append(element);
    expect((await failed).error.code).to.equal("code-unreachable");
    await element.updateComplete;
    expect(element.shadowRoot!.querySelector("[role=alert]")!.textContent).to.contain("could not be loaded");
  });

  it("tells the page about its status, who is signed in, and failures, and shows them as states", async () => {
    const session = fakeSession({ session: { status: "signed-out", account: undefined } });
    const element = tag();
    const events: string[] = [];
    for (const name of ["melo-session-change", "melo-signed-in", "melo-signed-out", "melo-error"] as const) {
      element.addEventListener(name, (event) =>
        events.push(`${name} ${"status" in event ? event.status : "userId" in event ? event.userId : ""}`.trim()),
      );
    }
    element.session = session;
    place.append(element);
    await element.updateComplete;
    await session.signIn({ type: "password", user: "alice", password: "p" });
    expect(element.matches(":state(ready)")).to.be.true;
    session.source.merge({ status: "reconnecting", storage: "memory" });
    expect(element.matches(":state(reconnecting):state(memory)")).to.be.true;
    expect(element.matches(":state(ready)")).to.be.false;
    session.source.merge({ status: "failed", error: new MeloError("store-closed", "").toInfo() });
    await session.signOut();
    expect(events).to.deep.equal([
      "melo-session-change signed-out",
      "melo-session-change signing-in",
      "melo-session-change ready",
      "melo-signed-in @alice:example.org",
      "melo-session-change reconnecting",
      "melo-session-change failed",
      "melo-error",
      "melo-session-change signed-out",
      "melo-signed-out @alice:example.org",
    ]);
  });

  it("has no box of its own", async () => {
    const element = await fixture<MeloSession>(html`<melo-session .session=${fakeSession()}><p>inside</p></melo-session>`);
    expect(getComputedStyle(element).display).to.equal("contents");
    await expect(element).to.be.accessible();
  });
});
