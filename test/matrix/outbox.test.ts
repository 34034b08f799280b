import { expect } from "@open-wc/testing";
import { ConnectionError, MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";

import { MeloError } from "../../src/internal/errors.js";
import { Outbox } from "../../src/matrix/outbox.js";
import type { OutgoingMessage } from "../../src/matrix/timeline-state.js";
import { MemoryVault, type Vault } from "../../src/matrix/vault.js";

const ROOM = "!garden:example.org";

describe("Outbox", () => {
  it("sends in order, one at a time", async () => {
    const { outbox, server } = setUp();
    await outbox.open();
    await Promise.all(["one", "two", "three"].map((body) => outbox.add(ROOM, message(body))));
    await until(() => server.received.length === 3);
    expect(server.received).to.deep.equal(["one", "two", "three"]);
    expect(server.most).to.equal(1);
  });

  it("shows a message at once, and keeps showing it until it is settled", async () => {
    const { outbox, server } = setUp();
    await outbox.open();
    const adding = outbox.add(ROOM, message("one"));
    expect(outbox.messages(ROOM).map(({ status }) => status)).to.deep.equal(["sending"]);
    await adding;
    await until(() => server.received.length === 1 && outbox.messages(ROOM)[0]?.status === "sent");
    expect(outbox.messages(ROOM)[0]?.eventId).to.equal("$one");
    outbox.settle(ROOM, "one");
    expect(outbox.messages(ROOM)).to.be.empty;
  });

  it("waits until it is opened, and keeps what was written before in its place", async () => {
    const vault = new MemoryVault();
    const before = setUp(vault);
    await before.outbox.add(ROOM, message("one"));
    await before.outbox.add(ROOM, message("two"));
    before.outbox.dispose();
    const { outbox, server } = setUp(vault);
    await outbox.add(ROOM, message("three"));
    expect(server.received).to.be.empty;
    await outbox.open();
    await until(() => server.received.length === 3);
    expect(server.received).to.deep.equal(["one", "two", "three"]);
    await until(async () => (await vault.names("")).length === 0);
  });

  it("keeps the order of what was written before when the clock was put back", async () => {
    const vault = new MemoryVault();
    const before = setUp(vault);
    const now = Date.now;
    try {
      await before.outbox.add(ROOM, message("one"));
      Date.now = () => now() - 3_600_000;
      await before.outbox.add(ROOM, message("two"));
    } finally {
      Date.now = now;
    }
    const { outbox, server } = setUp(vault);
    await outbox.open();
    await until(() => server.received.length === 2);
    expect(server.received).to.deep.equal(["one", "two"]);
  });

  it("sends again under the same transaction id when the reply was lost", async () => {
    const { outbox, server } = setUp();
    server.next.push("lose the reply");
    await outbox.open();
    await outbox.add(ROOM, message("one"));
    await outbox.add(ROOM, message("two"));
    await until(() => server.asked.length === 1);
    await until(() => (outbox.hurry(), server.received.length === 2));
    expect(server.asked).to.deep.equal(["one", "one", "two"]);
    expect(server.received).to.deep.equal(["one", "two"]);
  });

  it("sends a message once, however often it is given", async () => {
    const { outbox, server } = setUp();
    await outbox.open();
    await Promise.all([outbox.add(ROOM, message("one")), outbox.add(ROOM, message("one"))]);
    await until(() => outbox.messages(ROOM)[0]?.status === "sent");
    outbox.settle(ROOM, "one");
    await outbox.add(ROOM, message("one"));
    await outbox.add(ROOM, message("two"));
    await until(() => server.received.length === 2);
    expect(server.asked).to.deep.equal(["one", "two"]);
  });

  it("goes on for as long as the server cannot be reached", async () => {
    const { outbox, server } = setUp();
    server.next.push("unreachable", "broken", "timeout", "unreachable", "broken");
    await outbox.open();
    await outbox.add(ROOM, message("one"));
    await until(() => (outbox.hurry(), server.received.length === 1));
    expect(server.asked).to.have.length(6);
  });

  it("waits exactly as long as the server asks, whatever else happens", async () => {
    const { outbox, server } = setUp();
    server.next.push("slow down");
    await outbox.open();
    await outbox.add(ROOM, message("one"));
    await until(() => server.asked.length === 1);
    const begun = performance.now();
    await until(() => (outbox.hurry(), server.received.length === 1));
    expect(performance.now() - begun).to.be.within(250, 2_000);
    expect(server.asked).to.have.length(2);
  });

  it("keeps what is behind a refused message waiting, until that is sent again or given up", async () => {
    const { outbox, server } = setUp();
    server.next.push("forbid");
    await outbox.open();
    for (const body of ["one", "two", "three"]) await outbox.add(ROOM, message(body));
    await until(() => outbox.messages(ROOM)[0]?.status === "failed");
    expect(outbox.messages(ROOM).map(({ status, error }) => error?.code ?? status)).to.deep.equal(["forbidden", "sending", "sending"]);
    server.next.push("too large");
    await outbox.retry(ROOM, "one");
    await until(() => outbox.messages(ROOM)[0]?.error?.code === "too-large");
    await outbox.discard(ROOM, "one");
    await until(() => server.received.length === 2);
    expect(server.received).to.deep.equal(["two", "three"]);
  });

  it("tries again what was refused for somebody's changed identity when that is decided, and nothing else", async () => {
    const { outbox, server } = setUp();
    server.next.push("refuse the identity");
    await outbox.open();
    for (const body of ["one", "two"]) await outbox.add(ROOM, message(body));
    await until(() => outbox.messages(ROOM)[0]?.error?.code === "identity-changed");
    outbox.reconsider();
    await until(() => server.received.length === 2);
    expect(server.received).to.deep.equal(["one", "two"]);
    server.next.push("forbid");
    await outbox.add(ROOM, message("three"));
    await until(() => outbox.messages(ROOM).at(-1)?.status === "failed");
    outbox.reconsider();
    expect(outbox.messages(ROOM).at(-1)?.status).to.equal("failed");
  });

  it("lets other rooms go on", async () => {
    const { outbox, server } = setUp();
    server.next.push("forbid");
    await outbox.open();
    await outbox.add(ROOM, message("one"));
    await until(() => outbox.messages(ROOM)[0]?.status === "failed");
    await outbox.add("!kitchen:example.org", message("two"));
    await until(() => server.received.length === 1);
  });

  it("does not try a refused message again by itself after a restart", async () => {
    const vault = new MemoryVault();
    const before = setUp(vault);
    before.server.next.push("forbid");
    await before.outbox.open();
    await before.outbox.add(ROOM, message("one"));
    await until(async () => Boolean((await vault.load<{ error?: object }>((await vault.names(""))[0] ?? ""))?.error));
    before.outbox.dispose();
    const { outbox, server } = setUp(vault);
    await outbox.open();
    expect(outbox.messages(ROOM).map(({ status }) => status)).to.deep.equal(["failed"]);
    expect(server.asked).to.be.empty;
    await outbox.retry(ROOM, "one");
    await until(() => server.received.length === 1);
  });

  it("sends also when nothing can be kept", async () => {
    const full: Vault = Object.assign(new MemoryVault(), { save: () => Promise.reject(new Error("full")) });
    const { outbox, server } = setUp(full);
    await outbox.open();
    await outbox.add(ROOM, message("one"));
    await until(() => server.received.length === 1);
  });

  it("neither loses nor doubles nor reorders anything over many crashes and lost replies", async () => {
    const vault = new MemoryVault();
    const server = new FakeServer();
    const bodies = Array.from({ length: 60 }, (_, index) => `message-${index}`);
    for (let from = 0; from < bodies.length; from += 10) {
      const outbox = new Outbox(server, vault);
      for (let fault = 0; fault < 5; fault++) server.next.push((["lose the reply", "none", "unreachable"] as const)[(from + fault) % 3]!);
      await outbox.open();
      await Promise.all(bodies.slice(from, from + 10).map((body) => outbox.add(ROOM, message(body))));
      await until(() => (outbox.hurry(), server.received.length >= from + 3));
      outbox.dispose(); // the tab crashes
    }
    const last = new Outbox(server, vault);
    server.next.length = 0;
    await last.open();
    await until(() => (last.hurry(), server.received.length === bodies.length));
    expect(server.received).to.deep.equal(bodies);
  });
});

type Fault =
  | "none"
  | "lose the reply"
  | "unreachable"
  | "broken"
  | "timeout"
  | "slow down"
  | "forbid"
  | "too large"
  | "refuse the identity";

/** Takes a transaction once, as homeservers do. */
class FakeServer {
  readonly next: Fault[] = [];
  readonly asked: string[] = [];
  readonly received: string[] = [];
  most = 0;
  #running = 0;

  async send(_roomId: string, { transactionId, body }: OutgoingMessage, signal: AbortSignal): Promise<string> {
    this.asked.push(body);
    this.most = Math.max(this.most, ++this.#running);
    const fault = this.next.shift() ?? "none";
    try {
      await Promise.resolve();
      signal.throwIfAborted();
      if (fault === "unreachable") throw new ConnectionError("fetch failed");
      if (fault === "timeout") throw new DOMException("too long", "TimeoutError");
      if (fault === "broken") throw new MatrixError({ errcode: "M_UNKNOWN" }, 502);
      if (fault === "slow down") throw new MatrixError({ errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 300 }, 429);
      if (fault === "refuse the identity") throw new MeloError("identity-changed", "as the test wants it");
      if (fault === "forbid") throw new MatrixError({ errcode: "M_FORBIDDEN" }, 403);
      if (fault === "too large") throw new MatrixError({ errcode: "M_TOO_LARGE" }, 413);
      if (!this.received.includes(body)) this.received.push(body);
      if (fault === "lose the reply") throw new ConnectionError("fetch failed");
      return `$${transactionId}`;
    } finally {
      this.#running--;
    }
  }
}

function setUp(vault: Vault = new MemoryVault()) {
  const server = new FakeServer();
  return { server, outbox: new Outbox(server, vault) };
}

function message(body: string): OutgoingMessage {
  return { transactionId: body, style: "text", body };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => requestAnimationFrame(resolve));
}
