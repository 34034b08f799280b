import { expect, fixture, html, nextFrame, waitUntil } from "@open-wc/testing";

import type { MeloDialog } from "../../src/elements/melo-dialog.js";
import "../../src/elements/melo-login.js";
import type { MeloLogin, MeloSignInRedirectEvent } from "../../src/elements/melo-login.js";
import type { MeloPasswordForm } from "../../src/elements/melo-password-form.js";
import { failing, fakeSession, pending, type FakeSession, type FakeSessionOptions } from "../../stories/support/fake-session.js";

interface Drawn {
  readonly login: MeloLogin;
  readonly session: FakeSession;
}

async function draw(options: FakeSessionOptions = {}): Promise<Drawn> {
  const session = fakeSession({ ...options, session: { status: "signed-out", ...options.session } });
  const login = await fixture<MeloLogin>(html`<melo-login .session=${session}></melo-login>`);
  return { login, session };
}

const form = (login: MeloLogin): MeloPasswordForm | null => login.shadowRoot!.querySelector("melo-password-form");
const field = (login: MeloLogin, name: "username" | "password"): HTMLInputElement =>
  form(login)!.shadowRoot!.querySelector(`[name=${name}]`)!;
const submit = (login: MeloLogin): HTMLButtonElement => form(login)!.shadowRoot!.querySelector("button.filled")!;
/** What a visitor reads, in the form and around it. */
const text = (login: MeloLogin): string =>
  [login.shadowRoot!.querySelector(".base, [role=alert]"), form(login)?.shadowRoot?.firstElementChild]
    .map((element) => element?.textContent ?? "")
    .join(" ")
    .replaceAll(/\s+/g, " ");
const says = (login: MeloLogin, words: string | RegExp): Promise<void> =>
  waitUntil(
    () => (typeof words === "string" ? text(login).includes(words) : words.test(text(login))),
    `"${String(words)}" in "${text(login)}"`,
  );
const button = (login: MeloLogin, label: string): HTMLButtonElement | undefined =>
  [...login.shadowRoot!.querySelectorAll("button")].find((each) => each.textContent.trim() === label);

async function typeIn(login: MeloLogin, user: string, password: string): Promise<void> {
  await waitUntil(() => form(login));
  await form(login)!.updateComplete;
  field(login, "username").value = user;
  field(login, "password").value = password;
  submit(login).click();
}

describe("<melo-login>", () => {
  it("signs in with what is typed, and says so while it lasts", async () => {
    const { login, session } = await draw({ latency: 100 });
    await typeIn(login, " alice ", "a password");
    await says(login, "Signing in…");
    await waitUntil(() => session.state.status === "ready");
    expect(session.actions).to.deep.include(["signIn", { type: "password", user: "alice", password: "a password" }]);
    await says(login, /Signed in as ?@alice:example.org/);
  });

  it("is a form that password managers know", async () => {
    const { login } = await draw();
    await waitUntil(() => form(login));
    await form(login)!.updateComplete;
    expect(field(login, "username").autocomplete).to.equal("username");
    expect(field(login, "password").autocomplete).to.equal("current-password");
    expect(field(login, "password").type).to.equal("password");
    expect(field(login, "username").form).to.equal(field(login, "password").form);
    expect(submit(login).type).to.equal("submit");
  });

  it("asks for what is missing, and goes there", async () => {
    const { login, session } = await draw();
    await typeIn(login, "", "");
    await says(login, "Write your user name.");
    expect(form(login)!.shadowRoot!.activeElement).to.equal(field(login, "username"));
    await typeIn(login, "alice", "");
    await says(login, "Write your password.");
    expect(form(login)!.shadowRoot!.activeElement).to.equal(field(login, "password"));
    expect(field(login, "password").getAttribute("aria-invalid")).to.equal("true");
    expect(session.actions.map(([name]) => name)).not.to.include("signIn");
  });

  it("says that the password is wrong in a live region, and selects it", async () => {
    const { login } = await draw({ answers: { signIn: failing("login-rejected") } });
    await typeIn(login, "alice", "wrong");
    await says(login, "The name or the password is not right.");
    expect(form(login)!.shadowRoot!.querySelector("[role=alert]")!.textContent).to.contain("not right");
    expect(field(login, "username").value).to.equal("alice");
    expect(form(login)!.shadowRoot!.activeElement).to.equal(field(login, "password"));
    expect(field(login, "password").selectionEnd).to.equal("wrong".length);
  });

  it("counts down when there were too many attempts, and lets nobody try before", async () => {
    const { login } = await draw({ answers: { signIn: failing("rate-limited", 1200) } });
    await typeIn(login, "alice", "p");
    await says(login, "Try again in 2 s.");
    expect(submit(login).disabled).to.be.true;
    await says(login, "Try again in 1 s.");
    await waitUntil(() => !submit(login).disabled, undefined, { timeout: 3000 });
    expect(text(login)).not.to.contain("Too many attempts");
  });

  it("shows the password on request", async () => {
    const { login } = await draw();
    await waitUntil(() => form(login));
    await form(login)!.updateComplete;
    const toggle = form(login)!.shadowRoot!.querySelector<HTMLButtonElement>("[aria-label='Show password']")!;
    toggle.click();
    await form(login)!.updateComplete;
    expect(field(login, "password").type).to.equal("text");
    expect(toggle.getAttribute("aria-pressed")).to.equal("true");
  });

  it("offers the providers that the server names, and leaves for their page unless the host does that itself", async () => {
    const sso = [{ id: "garden-id", name: "Garden ID" }, {}];
    const { login, session } = await draw({ flows: { password: false, sso } });
    await waitUntil(() => button(login, "Continue with Garden ID"));
    expect(button(login, "Continue on your server's page")).to.exist;
    const redirect = new Promise<MeloSignInRedirectEvent>((resolve) => {
      login.addEventListener("melo-sign-in-redirect", (event) => {
        event.preventDefault();
        resolve(event);
      });
    });
    button(login, "Continue with Garden ID")!.click();
    expect((await redirect).url).to.contain("garden-id");
    expect(session.actions).to.deep.include(["ssoUrl", "garden-id", undefined]);
    expect(form(login)).to.be.null;
  });

  it("says when only the site can sign visitors in, and when nobody can", async () => {
    const bySite = await draw({ flows: { password: false, jwt: true } });
    await says(bySite.login, "This site signs you in.");
    const nobody = await draw({ flows: { password: false } });
    await says(nobody.login, "no way to sign in that works here");
  });

  it("says that the server cannot be reached, and asks again on request and when the browser is back online", async () => {
    let asked = 0;
    const loginFlows = async (): Promise<never> => {
      asked++;
      return failing("homeserver-unreachable")();
    };
    const { login } = await draw({ answers: { loginFlows } });
    await says(login, "Cannot reach the server.");
    button(login, "Try again")!.click();
    await waitUntil(() => asked === 2);
    await says(login, "Cannot reach the server.");
    window.dispatchEvent(new Event("online"));
    await waitUntil(() => asked === 3);
  });

  it("says what it waits for when it takes long", async () => {
    const { login } = await draw({ session: { status: "starting", step: "encryption" } });
    expect(text(login)).to.contain("Opening your messages…");
    expect(text(login)).not.to.contain("Still");
    await waitUntil(() => text(login).includes("Still preparing the encryption."), undefined, { timeout: 5000 });
  });

  it("asks for the password of the same account when the server wants it again", async () => {
    const { login, session } = await draw({ session: { status: "locked" } });
    await waitUntil(() => form(login));
    await form(login)!.updateComplete;
    expect(field(login, "username").value).to.equal("@alice:example.org");
    expect(field(login, "username").readOnly).to.be.true;
    await typeIn(login, "@alice:example.org", "a password");
    await waitUntil(() => session.state.status === "ready");
    expect(session.actions).to.deep.include(["unlock", "a password"]);
  });

  it("signs out only after saying what is lost", async () => {
    const { login, session } = await draw({ session: { status: "locked" } });
    const dialog = login.shadowRoot!.querySelector<MeloDialog>("melo-dialog")!;
    const answer = async (value: string): Promise<void> => {
      button(login, "Sign out instead")!.click();
      await waitUntil(() => dialog.shadowRoot!.querySelector("dialog")!.open);
      expect(dialog.textContent).to.contain("forgets its keys");
      dialog.shadowRoot!.querySelector<HTMLButtonElement>(`[value=${value}]`)!.click();
      await waitUntil(() => !dialog.shadowRoot!.querySelector("dialog")!.open);
      await nextFrame();
    };
    await answer("cancel");
    expect(session.state.status).to.equal("locked");
    await answer("confirm");
    await waitUntil(() => session.state.status === "signed-out");
  });

  for (const [notice, words] of [
    ["signed-out-elsewhere", "You were signed out on another device."],
    ["storage-lost", "This browser lost its keys."],
  ] as const) {
    it(`tells about "${notice}" above the form`, async () => {
      const { login } = await draw({ session: { notice } });
      await says(login, words);
      await waitUntil(() => form(login));
    });
  }

  it("shows an owner's mistake with its code, and gives a visitor's failure its action", async () => {
    const mistake = await draw({ session: { status: "failed", error: { code: "wasm-blocked", message: "" } } });
    await says(mistake.login, "[wasm-blocked]");
    expect(mistake.login.shadowRoot!.querySelector(".base button")).to.be.null;
    const slow = await draw({ session: { status: "failed", error: { code: "start-timeout", message: "" } } });
    button(slow.login, "Try again")!.click();
    await waitUntil(() => slow.session.state.status === "ready");
    expect(slow.session.actions).to.deep.equal([["retry"]]);
  });

  it("says that messages stay only as long as the page", async () => {
    const { login } = await draw({ session: { status: "ready", storage: "memory" } });
    await says(login, "messages are readable until you close the page");
  });

  it("forgets what it knew when it is given another session", async () => {
    const { login } = await draw({ answers: { signIn: failing("login-rejected") } });
    await typeIn(login, "alice", "wrong");
    await says(login, "not right");
    login.session = fakeSession({ session: { status: "signed-out" }, answers: { loginFlows: pending } });
    await says(login, "Asking the server…");
    expect(text(login)).not.to.contain("not right");
  });

  it("says what to write when there is no session for it", async () => {
    const login = await fixture<MeloLogin>(html`<melo-login session="no-such-id"></melo-login>`);
    expect(login.shadowRoot!.textContent).to.contain("<melo-session");
  });
});
