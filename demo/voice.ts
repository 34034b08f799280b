// A small community: a text channel, voice channels, and a bar with the call that goes on while the visitor moves between them. `?as=bob` is somebody else, in another tab.

import { html, nothing, render, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";

import "../src/index.js";
import "./sfu-view.js";
import { fetchStack, type DemoStack } from "./stack-info.js";
import type { Village } from "./stack/village.js";

type User = DemoStack["users"][number];

/** What tells the made-up voice of one guest from another: where they sit, and their tone in Hz. */
const GUESTS = [
  { username: "bob", channel: 0, tone: 330 },
  { username: "carol", channel: 1, tone: 440 },
] as const;

let problem = "";
const memory = { attemptsLeft: 2, wasSignedIn: false };
let hasGuests = true;

try {
  const stack = await fetchStack();
  const { village } = stack;
  if (!village) throw new Error("It runs without voice: LiveKit is not to be had on this machine.");
  const wanted = new URLSearchParams(location.search).get("as") ?? "alice";
  const visitor = stack.users.find(({ username }) => username === wanted) ?? stack.users[0]!;
  const draw = (): void => void render(page(stack, village, visitor, draw), document.body);
  addEventListener("hashchange", draw);
  document.querySelector(".waiting")?.remove();
  draw();
} catch (error) {
  render(
    html`<p class="card problem">This page cannot be shown. ${error instanceof Error ? error.message : String(error)} Start the demo with “npm start”.</p>`,
    document.body,
  );
}

function page(stack: DemoStack, village: Village, visitor: User, draw: () => void): TemplateResult {
  const text = stack.rooms.find(({ encrypted }) => encrypted)!;
  const place = village.channels.find(({ roomId }) => location.hash === `#${roomId}`);
  const room = place?.roomId ?? text.roomId;
  const guests = GUESTS.filter(({ username }) => username !== visitor.username);
  const handleGuests = ({ target }: Event): void => {
    hasGuests = (target as HTMLInputElement).checked;
    draw();
  };
  return html`
    <melo-session
      homeserver=${stack.homeserver}
      profile=${visitor.username}
      @melo-session-change=${signInAs(visitor, draw)}
      @melo-call-open=${(event: Event & { readonly roomId: string }) => void (location.hash = event.roomId)}
    >
      <nav aria-label=${village.name}>
        <header><h1>${village.name}</h1><a class="small" href="./">All pages</a></header>
        <h2>Text</h2>
        <a class="place" href="#" aria-current=${place ? nothing : "page"}># ${text.name}</a>
        <h2>Voice</h2>
        <melo-voice-channel-list space=${village.alias} without-controls></melo-voice-channel-list>
        <melo-call-bar><melo-call-settings without-camera></melo-call-settings></melo-call-bar>
      </nav>
      <main>
        ${problem ? html`<p class="problem" role="status">${problem}</p>` : nothing}
        ${place ? html`<melo-call room=${room}></melo-call>` : keyed(room, html`<melo-room room=${room}></melo-room>`)}
      </main>
    </melo-session>
    <aside>
      <section aria-labelledby="others">
        <h2 id="others">The others</h2>
        <label class="small"><input type="checkbox" .checked=${hasGuests} @change=${handleGuests} /> Bob and Carol sit in the channels, with made-up voices</label>
        ${hasGuests ? guests.map((guest) => guestFrame(stack, village, guest)) : nothing}
        <p class="small quiet">
          You are ${visitor.displayName}. Be
          ${stack.users.filter((one) => one !== visitor).map(({ username, displayName }) => html` <a href="?as=${username}" target="_blank">${displayName}</a>`)}
          in another tab.
        </p>
      </section>
      <section aria-labelledby="server">
        <h2 id="server">What the media server has of ${(place ?? village.channels[0]!).name}</h2>
        ${keyed((place ?? village.channels[0]!).roomId, html`<sfu-view .stack=${stack} room=${(place ?? village.channels[0]!).roomId} as="carol"></sfu-view>`)}
      </section>
    </aside>
  `;
}

/** Each guest has a document of their own, as people have browsers of their own. */
function guestFrame(
  { homeserver, users }: DemoStack,
  { channels }: Village,
  { username, channel, tone }: (typeof GUESTS)[number],
): TemplateResult {
  const user = users.find((one) => one.username === username)!;
  const tell = ({ target }: Event): void => {
    const { password } = user;
    (target as HTMLIFrameElement).contentWindow!.showGuest({ homeserver, username, password, tone, room: channels[channel]!.roomId });
  };
  return html`<iframe title=${user.displayName} src="./voice-guest.html" allow="microphone; autoplay" @load=${tell}></iframe>`;
}

/** Visitors type this into <melo-login>; the page does it for them, on the first visit and when the server forgot them (`--fresh`), not when they signed out. */
function signInAs({ username, password, displayName }: User, draw: () => void): (event: Event) => void {
  return ({ target }) => {
    const tag = target as HTMLElementTagNameMap["melo-session"];
    const state = tag.session?.state;
    if (state?.status === "ready") memory.wasSignedIn = true;
    if (state?.crossSigning === "missing" && !problem) {
      tag.devicePolicy = "all-devices";
      problem = `${displayName} is signed in with another browser already, and this one is not verified. To see voice as people usually have it, use the other browser, or begin afresh with “npm start -- --fresh”.`;
      draw();
    }
    if (state?.status !== "signed-out" || (memory.wasSignedIn && !state.notice) || memory.attemptsLeft-- <= 0) return;
    tag.session?.signIn({ type: "password", user: username, password }).catch(() => undefined); // the sign-in form then says why
  };
}
