// Alice and Bob in one page, each a <melo-session> with a <melo-room>, and the server's view of the same room between them.

import "../src/index.js";
import type { SessionApi } from "../src/session/session-api.js";
import "./server-view.js";
import { fetchStack, type DemoStack } from "./stack-info.js";

type User = DemoStack["users"][number];

const problem = document.querySelector<HTMLElement>("#problem")!;

try {
  const stack = await fetchStack();
  const room = stack.rooms.find(({ encrypted }) => encrypted)!.alias;
  for (const user of stack.users.filter(({ username }) => document.getElementById(username))) show(user, room, stack.homeserver);
  const server = document.querySelector("server-view")!;
  server.room = room;
  server.stack = stack;
} catch (error) {
  say(`The demo server does not say where its Matrix server is (${String(error)}). Start it with “npm start”.`);
}

/** Writes the tags that a page of one's own would hold. */
function show(user: User, room: string, homeserver: string): void {
  const session = document.createElement("melo-session");
  session.homeserver = homeserver;
  session.profile = user.username;
  session.addEventListener("melo-session-change", signInFor(session, user));
  session.addEventListener("melo-session-ready", (event) => goOnUnverified(event.session, user));
  session.append(Object.assign(document.createElement("melo-room"), { room }));
  document.querySelector(`#${user.username} .card`)!.append(session);
}

/**
 * Visitors type this into <melo-login>. A page that shows two people at once does it for them: on the first visit, and when their server forgot them
 * (`--fresh`), but not when they signed out themselves.
 */
function signInFor(tag: HTMLElementTagNameMap["melo-session"], { username, password }: User): () => void {
  let attemptsLeft = 2;
  let wasSignedIn = false;
  return () => {
    const { session } = tag;
    if (session?.state.status === "ready") wasSignedIn = true;
    if (session?.state.status !== "signed-out" || (wasSignedIn && !session.state.notice) || attemptsLeft-- <= 0) return;
    wasSignedIn = true;
    session.signIn({ type: "password", user: username, password }).catch(() => undefined); // the sign-in form then says why
  };
}

/**
 * An account's first browser vouches for itself; any other one would have to be verified, which these pages cannot do. So that they work in a second browser
 * too, both sides then send to unverified devices as well, and each message says so.
 */
function goOnUnverified(session: SessionApi | undefined, { displayName }: User): void {
  session?.subscribe(() => {
    if (session.state.crossSigning !== "missing") return;
    for (const tag of document.querySelectorAll("melo-session")) tag.devicePolicy = "all-devices";
    say(
      `${displayName} is signed in with another browser already, and this one is not verified: messages from here are marked. ` +
        "To see it as people usually do, use the other browser, or begin afresh with “npm start -- --fresh”.",
    );
  });
}

function say(text: string): void {
  problem.className = "card problem";
  problem.textContent = text;
}
