import { expect, fixture, html } from "@open-wc/testing";
import { LitElement } from "lit";

import { SessionController } from "../../src/controllers/session-controller.js";
import "../../src/elements/melo-session.js";
import type { MeloSession } from "../../src/elements/melo-session.js";
import type { SessionApi } from "../../src/session/session-api.js";
import { fakeSession } from "../../stories/support/fake-session.js";

class SessionUser extends LitElement {
  static override properties = { session: {} };
  declare session?: SessionApi | string;
  readonly controller = new SessionController(this);
  /** What the last rendering found. */
  rendered?: SessionApi;

  protected override render(): unknown {
    this.rendered = this.controller.value;
    return undefined;
  }
}
customElements.define("session-user", SessionUser);

const userIn = (root: ParentNode): SessionUser => root.querySelector<SessionUser>("session-user")!;

// Sessions are compared by `===`: on a failure, chai would print all that they hold.
describe("SessionController", () => {
  it("finds the nearest session around its host", async () => {
    const [outer, inner] = [fakeSession(), fakeSession()];
    const root = await fixture(html`
      <melo-session .session=${outer}>
        <melo-session .session=${inner}><session-user></session-user></melo-session>
      </melo-session>
    `);
    await userIn(root).updateComplete;
    expect(userIn(root).rendered === inner).to.be.true;
  });

  it("finds it when its host is defined before the session's element is", async () => {
    const root = await fixture(html`<div><session-early><session-user></session-user></session-early></div>`);
    const early = root.querySelector("session-early") as MeloSession;
    const session = (early.session = fakeSession());
    expect(userIn(root).rendered).to.be.undefined;
    class Early extends (customElements.get("melo-session") as typeof MeloSession) {}
    customElements.define("session-early", Early);
    await early.updateComplete;
    await userIn(root).updateComplete;
    expect(userIn(root).rendered === session).to.be.true;
  });

  it("follows its host when it is moved from one session to another, and out of both", async () => {
    const [a, b] = [fakeSession(), fakeSession()];
    const root = await fixture(html`
      <div><melo-session id="a" .session=${a}><session-user></session-user></melo-session><melo-session id="b" .session=${b}></melo-session></div>
    `);
    const user = userIn(root);
    root.querySelector("#b")!.append(user);
    await user.updateComplete;
    expect(user.rendered === b).to.be.true;
    root.append(user);
    await user.updateComplete;
    expect(user.rendered).to.be.undefined;
    expect(user.controller.missing).to.be.true; // which of the two is meant, the page has to say
  });

  it("waits for the session around its host instead of taking another one", async () => {
    const root = await fixture(html`
      <div><melo-session id="mine" homeserver="no address"><session-user></session-user></melo-session></div>
    `);
    const other = await fixture(html`<melo-session .session=${fakeSession()}></melo-session>`);
    const user = userIn(root);
    user.requestUpdate();
    await user.updateComplete;
    expect(user.rendered).to.be.undefined;
    expect(user.controller.missing).to.be.false;
    other.remove();
  });

  it("finds a session by its id, also in the shadow root where both are", async () => {
    const session = fakeSession();
    const host = await fixture(html`<div></div>`);
    const shadow = host.attachShadow({ mode: "open" });
    shadow.innerHTML = `<melo-session id="account"></melo-session><session-user session="account"></session-user>`;
    shadow.querySelector<MeloSession>("melo-session")!.session = session;
    const user = userIn(shadow);
    user.requestUpdate();
    await user.updateComplete;
    expect(user.rendered === session).to.be.true;
  });

  it("falls back to the page's only session, in whatever order they come", async () => {
    const user = await fixture<SessionUser>(html`<session-user></session-user>`);
    expect(user.controller.missing).to.be.true;
    const session = fakeSession();
    const element = await fixture<MeloSession>(html`<melo-session .session=${session}></melo-session>`);
    await user.updateComplete;
    expect(user.rendered === session).to.be.true;
    element.remove();
  });

  it("misses nothing while its host is off the page", async () => {
    const user = await fixture<SessionUser>(html`<session-user></session-user>`);
    expect(user.controller.missing).to.be.true;
    user.remove();
    expect(user.controller.missing).to.be.false;
  });

  it("prefers the session that its host is given", async () => {
    const session = fakeSession();
    const root = await fixture(
      html`<melo-session .session=${fakeSession()}><session-user .session=${session}></session-user></melo-session>`,
    );
    expect(userIn(root).rendered === session).to.be.true;
  });

  it("renders its host again when the element around it gets another session", async () => {
    const root = await fixture<MeloSession>(html`<melo-session .session=${fakeSession()}><session-user></session-user></melo-session>`);
    const next = (root.session = fakeSession());
    await root.updateComplete;
    await userIn(root).updateComplete;
    expect(userIn(root).rendered === next).to.be.true;
  });
});
