// Alice and Bob beside each other, each in a document of their own (call-pane.html), and what the SFU has of their call between them.

import "./sfu-view.js";
import { fetchStack, type DemoStack } from "./stack-info.js";

type User = DemoStack["users"][number];

/** What tells one made-up camera and microphone from another. */
const MADE_UP = { alice: { hue: 20, tone: 440 }, bob: { hue: 200, tone: 330 } };

const problem = document.querySelector<HTMLElement>("#problem")!;
const real = document.querySelector<HTMLInputElement>("#real")!;
const panes = new Map<string, HTMLIFrameElement>();

try {
  const stack = await fetchStack();
  const room = stack.rooms.find(({ encrypted }) => encrypted)!;
  const people = stack.users.filter(({ username }) => username in MADE_UP);
  const showAll = (): void => people.forEach((user) => show(user, room.alias, stack.homeserver));
  real.addEventListener("change", showAll);
  showAll();
  Object.assign(document.querySelector("sfu-view")!, { stack, room: room.roomId });
} catch (error) {
  say(`The demo server does not say where its Matrix server is (${String(error)}). Start it with “npm start”.`);
}

function show(user: User, room: string, homeserver: string): void {
  const { username, password, displayName } = user;
  const pane = document.createElement("iframe");
  pane.title = displayName;
  pane.src = "./call-pane.html";
  pane.allow = "camera; microphone; display-capture; autoplay; fullscreen; picture-in-picture; speaker-selection; clipboard-write";
  pane.addEventListener("load", () => {
    pane.contentWindow!.showCallPane({
      ...{ homeserver, username, password, room, profile: username },
      chat: true,
      madeUp: real.checked ? undefined : MADE_UP[username as keyof typeof MADE_UP],
      onUnverified: () => goOnUnverified(displayName),
    });
  });
  panes.set(username, pane);
  document.querySelector(`#${username} .card`)!.replaceChildren(pane);
}

/** As on the side-by-side page: a second browser of the same people would have to be verified, which this page cannot do. */
function goOnUnverified(name: string): void {
  for (const pane of panes.values()) pane.contentWindow?.useAllDevices?.();
  say(
    `${name} is signed in with another browser already, and this one is not verified: both sides now send to unverified devices as well. ` +
      "To see it as people usually do, use the other browser, or begin afresh with “npm start -- --fresh”.",
  );
}

function say(text: string): void {
  problem.className = "card problem";
  problem.textContent = text;
}
