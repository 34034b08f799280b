import { expect, fixture, html, waitUntil } from "@open-wc/testing";

import "../../src/elements/melo-message.js";
import type { MeloMessage } from "../../src/elements/melo-message.js";
import { loadMessageSanitizer } from "../../src/elements/message-html.js";
import type { TimelineItem } from "../../src/matrix/timeline-item.js";
import { fakeSession } from "../../stories/support/fake-session.js";
import { sealed } from "../../stories/support/garden-items.js";
import { GARDEN, alice, bob, says } from "../../stories/support/garden.js";

describe("melo-message", () => {
  before(() => loadMessageSanitizer());

  describe("formatted", () => {
    it("keeps what the specification allows", async () => {
      const { body } = await show(
        `<h1>a</h1><ol start="3"><li><strong>b</strong></li></ol><pre><code class="language-js x">c</code></pre>`,
      );
      expect(body.querySelector("ol")!.start).to.equal(3);
      expect(body.querySelector("code")!.className).to.equal("language-js");
      expect(body.textContent).to.equal("abc");
    });

    it("opens only absolute addresses of known schemes, in a page of its own, and shows where they lead", async () => {
      const { body } = await show(
        `<a href="https://a.example/x">1</a><a href="/logout">2</a><a href="//b.example">3</a><a href="javascript:alert(1)">4</a><a href="mailto:bob@example.org">5</a>`,
      );
      const links = [...body.querySelectorAll("a")].map((link) => [
        link.textContent,
        link.getAttribute("href"),
        link.rel,
        link.target,
        link.title,
      ]);
      expect(links).to.deep.equal([
        ["1", "https://a.example/x", "noreferrer noopener", "_blank", "https://a.example/x"],
        ["2", null, "", "", ""],
        ["3", null, "", "", ""],
        ["4", null, "", "", ""],
        ["5", "mailto:bob@example.org", "noreferrer noopener", "_blank", "mailto:bob@example.org"],
      ]);
    });

    it("turns mentions into names that lead nowhere", async () => {
      const { body } = await show(
        `<a href="https://matrix.to/#/%40alice%3Aexample.org">Alice</a> <a href="matrix:u/bob:example.org">Bob</a>`,
      );
      const mentions = [...body.querySelectorAll<HTMLElement>(".mention")];
      expect(mentions.map(({ textContent, title }) => [textContent, title])).to.deep.equal([
        ["Alice", "@alice:example.org"],
        ["Bob", "@bob:example.org"],
      ]);
      expect(body.querySelector("a")).to.equal(null);
    });

    it("asks the homeserver for pictures, and nobody else", async () => {
      const { body, session } = await show(
        `<img src="mxc://example.org/abc" alt="smile"><img src="https://spy.example/x.gif" alt="spy"><img src="x">`,
      );
      await waitUntil(() => body.querySelector("img")?.src.startsWith("blob:"));
      expect(body.querySelectorAll("img").length).to.equal(1);
      expect(body.textContent).to.equal("spy");
      expect(session.actions).to.deep.equal([["loadMedia", "mxc://example.org/abc", { width: 64, height: 64 }]]);
    });

    it("shows a picture that cannot be had as its text", async () => {
      const { body } = await show(`<img src="mxc://example.org/abc" alt="smile">`, async () => {
        throw new Error("gone");
      });
      await waitUntil(() => body.textContent === "smile");
    });

    it("leaves out the quote of a reply, and flattens what is nested deeper than 100", async () => {
      const { body } = await show(`<mx-reply><blockquote>old</blockquote></mx-reply>${"<div>".repeat(150)}deep`);
      expect(body.textContent).to.equal("deep");
      expect(body.querySelectorAll("div").length).to.equal(100);
    });

    it("shows the plain text of what is too large to be looked at", async () => {
      const { body } = await show("<b>x</b>".repeat(20_000));
      expect(body.textContent.trim()).to.equal("plain");
    });

    it("hides a spoiler until it is asked for, also by keyboard", async () => {
      const { body } = await show(`<span data-mx-spoiler="the end">it was Bob</span>`);
      const spoiler = body.querySelector<HTMLElement>("[data-mx-spoiler]")!;
      expect([spoiler.role, spoiler.tabIndex, spoiler.ariaLabel]).to.deep.equal(["button", 0, "the end"]);
      expect(getComputedStyle(spoiler).color).to.equal("rgba(0, 0, 0, 0)");
      spoiler.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
      expect(spoiler.role).to.equal(null);
      expect(getComputedStyle(spoiler).color).not.to.equal("rgba(0, 0, 0, 0)");
    });

    it("takes the hue of coloured text, and keeps it legible", async () => {
      const { body } = await show(
        `<span data-mx-color="#ffffff">white</span><span data-mx-color="red;background:url(//spy.example)">no</span>`,
      );
      const [white, no] = body.querySelectorAll("span");
      expect(getComputedStyle(white!).color).to.match(/oklch\(0\.52/);
      expect(no!.getAttributeNames()).to.deep.equal([]);
    });
  });

  describe("plain", () => {
    it("shows every text as it is, with web addresses as links", async () => {
      const { body } = await show(undefined, undefined, "<b>no</b> (https://a.example/x_(y)), https://b.example. javascript:alert(1)");
      expect(body.textContent.trim()).to.equal("<b>no</b> (https://a.example/x_(y)), https://b.example. javascript:alert(1)");
      expect([...body.querySelectorAll("a")].map(({ href }) => href)).to.deep.equal(["https://a.example/x_(y)", "https://b.example/"]);
    });
  });

  describe("that was not sent", () => {
    it("says why, sends again, and gives up", async () => {
      const item = says(alice, 1, "lost", { key: "txn", send: { status: "failed", error: { code: "too-large", message: "" } } });
      const { message, session } = await row(item);
      const note = message.shadowRoot!.querySelector(".note")!;
      expect(note.textContent).to.include("Not sent. It is too long.");
      expect(message.matches(":state(failed)")).to.equal(true);
      const [again, remove] = note.querySelectorAll("button");
      again!.click();
      remove!.click();
      expect(session.actions.map(([name, , id]) => [name, id])).to.deep.equal([
        ["retrySending", "txn"],
        ["discard", "txn"],
      ]);
    });
  });

  describe("that cannot be read", () => {
    it("offers to ask again only when the key had time to come", async () => {
      const fresh = await row({ ...sealed(bob, 0, "key-missing"), time: Date.now() });
      expect(fresh.message.shadowRoot!.querySelector("button")).to.equal(null);
      const old = await row({ ...sealed(bob, 0, "key-missing"), time: Date.now() - 11_000 });
      old.message.shadowRoot!.querySelector("button")!.click();
      await waitUntil(() => old.message.shadowRoot!.querySelector("[role=status]"));
      expect(old.session.actions).to.deep.equal([["requestKey", GARDEN, "$@bob:example.org-0"]]);
    });

    it("offers nothing where asking cannot help", async () => {
      for (const reason of ["before-joining", "withheld-unverified", "malformed", "unsigned-device"] as const) {
        const { message } = await row(sealed(bob, 0, reason));
        expect(message.shadowRoot!.querySelector("button"), reason).to.equal(null);
      }
    });
  });

  it("says what is to be said against a message in words, beside an icon", async () => {
    const { message } = await row(says(bob, 1, "x", { security: { level: "bad", reason: "sender-mismatch" } }));
    const note = message.shadowRoot!.querySelector(".note.bad")!;
    expect(note.textContent.trim()).to.match(/not certain that Bob Kaya wrote this/);
    expect(note.querySelector("svg")).not.to.equal(null);
  });
});

async function row(item: TimelineItem, loadMedia?: () => Promise<Blob>) {
  const session = fakeSession({ rooms: { [GARDEN]: { timeline: { items: [item] } } }, answers: { loadMedia } });
  const message = await fixture<MeloMessage>(
    html`<melo-message .item=${item} .session=${session} .timeline=${session.room(GARDEN).timeline}></melo-message>`,
  );
  return { session, message };
}

/** A message of this HTML; its `body` is the element with its content. */
async function show(formatted: string | undefined, loadMedia?: () => Promise<Blob>, text = "plain") {
  const { session, message } = await row(says({ userId: "@eve:example.org", name: "Eve" }, 1, text, { html: formatted }), loadMedia);
  return { session, body: message.shadowRoot!.querySelector<HTMLElement>(".body")! };
}
