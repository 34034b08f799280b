import { expect, fixture, html } from "@open-wc/testing";

import type { MeloCallTestedEvent } from "../../src/elements/call-events.js";
import { testReport } from "../../src/elements/call-test-report.js";
import { findingWords } from "../../src/elements/call-test-words.js";
import type { MeloCallTest } from "../../src/elements/melo-call-test.js";
import "../../src/elements/melo-call-test.js";
import type { CallTestFinding, CallTestState } from "../../src/media/call-test-state.js";
import { AFTERNOON } from "../../stories/support/garden.js";
import { fakeSession } from "../../stories/support/fake-session.js";

const FOUND: readonly CallTestFinding[] = [
  { step: "browser", verdict: "well", reason: "well" },
  { step: "udp", verdict: "attention", reason: "blocked" },
  { step: "tcp", verdict: "well", reason: "well", figures: { connected: 300, roundTrip: 21, loss: 0.004, jitter: 3 } },
  { step: "sfu", verdict: "wrong", reason: "unreachable", error: "call-unreachable" },
];

async function shown(test: Partial<CallTestState> = {}, room = "") {
  const session = fakeSession({ calls: { test: { startedAt: AFTERNOON, ...test } } });
  const tag = await fixture<MeloCallTest>(html`<melo-call-test .session=${session} room=${room}></melo-call-test>`);
  const inside = (selector: string) => tag.shadowRoot!.querySelector<HTMLElement>(selector);
  return { tag, session, inside, text: () => tag.shadowRoot!.textContent ?? "" };
}

describe("<melo-call-test>", () => {
  it("begins with a click, and not before; with the room that is named", async () => {
    const { tag, session, inside } = await shown({}, "#kitchen:example.org");
    expect(session.calls.actions).to.deep.equal([]);
    inside("button")!.click();
    await tag.updateComplete;
    expect(session.calls.actions).to.deep.equal([["test.start", { room: "#kitchen:example.org" }]]);
  });

  it("asks for any room where none is named", async () => {
    const { tag, session } = await shown();
    await tag.start();
    expect(session.calls.actions).to.deep.equal([["test.start", {}]]);
  });

  it("tells screen readers which step it is at, and shows how loud the microphone is", async () => {
    const { tag, session, inside } = await shown({ status: "running", step: "level", level: 0.4 });
    expect(inside("[role=status]")!.textContent).to.contain("Say something");
    expect(inside("[role=meter]")!.getAttribute("aria-valuenow")).to.equal("40");
    session.calls.testSource.merge({ level: 0.9 });
    await tag.updateComplete;
    expect(inside("[role=meter]")!.getAttribute("aria-valuenow")).to.equal("90");
    expect(inside(".bar")!.style.getPropertyValue("--_level")).to.equal("90%");
  });

  it("says of each step how it is, why, and what to do", async () => {
    const { inside, text } = await shown({ status: "done", findings: FOUND });
    const [browser, udp, tcp] = inside("ol")!.querySelectorAll("li");
    expect(browser!.querySelector("svg")!.getAttribute("aria-label")).to.equal("Well");
    expect(udp!.querySelector("svg")!.getAttribute("aria-label")).to.equal("Could be better");
    expect(udp!.textContent).to.contain("lets no UDP through").and.to.contain("Try another network");
    expect(tcp!.textContent).to.contain("21 ms there and back").and.to.contain("0.4 % lost");
    expect(text()).to.contain("Something stands in the way of calls here.");
  });

  it("stops with the button, and when it is taken from the page", async () => {
    const { tag, session, inside } = await shown({ status: "running", step: "udp" });
    inside("button")!.click();
    expect(session.calls.actions).to.deep.equal([["test.stop"]]);
    tag.remove();
    expect(session.calls.actions).to.deep.equal([["test.stop"], ["test.stop"]]);
  });

  it("tells the page when a test that it saw run has ended, once", async () => {
    const { tag, session } = await shown({ status: "running", step: "loss" });
    const told: unknown[] = [];
    tag.addEventListener("melo-call-tested", (event: MeloCallTestedEvent) => told.push(event.findings));
    session.calls.testSource.merge({ status: "done", step: undefined, findings: FOUND });
    await tag.updateComplete;
    tag.requestUpdate();
    await tag.updateComplete;
    expect(told).to.deep.equal([FOUND]);
  });

  it("does not tell of one that was stopped, or ended before it was there", async () => {
    for (const status of ["stopped", "done"] as const) {
      const told: unknown[] = [];
      const listen = () => told.push(status);
      document.addEventListener("melo-call-tested", listen);
      const { tag, session } = await shown(status === "done" ? { status } : { status: "running" });
      session.calls.testSource.merge({ status });
      await tag.updateComplete;
      document.removeEventListener("melo-call-tested", listen);
      expect(told).to.deep.equal([]);
    }
  });

  it("gives the report as text and as JSON", async () => {
    const state: CallTestState = { status: "done", startedAt: AFTERNOON, findings: FOUND };
    const text = testReport(state, "text", "A browser/1.0");
    expect(text).to.contain("A browser/1.0").and.to.contain("Wrong: Call server [sfu: unreachable, call-unreachable]").and.to.contain("→");
    const json = JSON.parse(testReport(state, "json", "A browser/1.0")) as { steps: object[]; status: string; browser: string };
    expect(json.steps).to.have.length(FOUND.length);
    expect(json).to.deep.include({ report: "melo-call-test", version: 1, status: "done", browser: "A browser/1.0" });
    const { tag, inside } = await shown(state);
    inside("details")!.toggleAttribute("open", true);
    expect(inside("pre")!.textContent).to.contain("Could be better");
    tag.shadowRoot!.querySelectorAll<HTMLInputElement>("input[type=radio]")[1]!.click();
    await tag.updateComplete;
    expect(JSON.parse(inside("pre")!.textContent)).to.have.property("report");
  });

  it("puts nothing into the report that a later version of the state may hold beside", () => {
    const extended = { ...FOUND[0]!, token: "eyJ-secret" } as CallTestFinding;
    const state = {
      status: "done",
      startedAt: AFTERNOON,
      findings: [extended],
      roomId: "!secret:hs",
      error: { code: "unknown", message: "secret" },
    } as const;
    for (const format of ["text", "json"] as const) expect(testReport(state, format)).not.to.contain("secret");
  });

  it("has a sentence for the remedy of everything that is not well", () => {
    for (const step of ["udp", "tcp", "turn"] as const)
      expect(findingWords({ step, verdict: "wrong", reason: "blocked" }).how).to.contain("Try another network");
    expect(findingWords({ step: "service", verdict: "wrong", reason: "refused", error: "call-service-missing" }).text).to.contain(
      "no service",
    );
  });
});
