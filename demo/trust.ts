// Three screens beside each other and what the server holds. Each screen is a document of its own (trust-pane.html); this page gives them their accounts, and carries what a camera would see from
// one to another.

import type { SessionApi } from "../src/session/session-api.js";
import { fetchStack } from "./stack-info.js";
import { trustAccounts, type DemoAccount, type TrustAccounts } from "./trust-accounts.js";
import "./trust-ledger.js";

const NAMES = ["first", "second", "bob"] as const;
type Name = (typeof NAMES)[number];

const problem = document.querySelector<HTMLElement>("#problem")!;
const screens = new Map<Name, HTMLIFrameElement>();
/** Devices that sign in only when they are told to. */
let idle: Set<Name>;

document.querySelector("#afresh")!.addEventListener("click", () => void begin(true));
void begin(false);

async function begin(afresh: boolean): Promise<void> {
  try {
    if (afresh) await Promise.allSettled([...screens.values()].map(async (screen) => screen.contentWindow?.paneSession?.signOut()));
    idle = new Set(["second"]);
    const accounts = await trustAccounts(await fetchStack(), afresh);
    document.querySelector("trust-ledger")?.replaceWith(Object.assign(document.createElement("trust-ledger"), { accounts }));
    document.querySelector("#password")!.textContent = accounts.alice.password; // made up, and shown on the first page too
    for (const name of NAMES) show(name, accounts);
  } catch (error) {
    problem.className = "card problem";
    problem.textContent = `The demo server does not say where its Matrix server is (${String(error)}). Start it with “npm start”.`;
  }
}

function show(name: Name, accounts: TrustAccounts): void {
  const { homeserver, alice, bob } = accounts;
  const account: DemoAccount = name === "bob" ? bob : alice;
  const screen = document.createElement("iframe");
  screen.title = document.querySelector(`#${name}-name`)!.textContent;
  screen.src = "./trust-pane.html";
  screen.allow = "camera; clipboard-write";
  const tools = toolsOf(name);
  screen.addEventListener("load", () => {
    screen.contentWindow!.showPane({
      ...account,
      homeserver,
      profile: `${account.username}-${name}`,
      signsIn: !idle.has(name),
      other: name === "first" ? bob.userId : "",
      onChange: () => update(name, tools),
    });
  });
  screens.set(name, screen);
  document.querySelector(`#${name} .card`)!.replaceChildren(screen);
}

interface Tools {
  readonly sign: HTMLButtonElement;
  readonly camera: HTMLButtonElement;
}

function toolsOf(name: Name): Tools {
  const header = document.querySelector(`#${name} > header`)!;
  header.querySelectorAll("button").forEach((button) => button.remove());
  const button = (): HTMLButtonElement =>
    Object.assign(document.createElement("button"), { className: "plain", type: "button", hidden: true });
  const tools = { camera: button(), sign: button() };
  tools.camera.textContent = "Hold the camera at it";
  tools.camera.addEventListener("click", () => void scan(name));
  tools.sign.addEventListener("click", () => {
    const pane = screens.get(name)?.contentWindow;
    tools.sign.disabled = true;
    idle.add(name);
    const session = pane?.paneSession;
    if (session?.state.account) tools.sign.textContent = "Saving its last keys…";
    const done = session?.state.account
      ? saved(session)
          .then(() => session.signOut())
          .then(() => pane!.location.reload())
      : pane?.signInPane();
    void Promise.resolve(done)
      .catch(() => {})
      .then(() => {
        tools.sign.disabled = false;
        update(name, tools);
      });
  });
  header.append(tools.camera, tools.sign);
  return tools;
}

/** A device saves the keys of its messages within ten seconds. Who tries this demo is quicker than who loses a device. */
async function saved({ recovery }: SessionApi): Promise<void> {
  for (let second = 0; second < 15 && recovery.state.backup.status === "on"; second++) {
    const { unsaved } = await recovery.countKeys();
    if (unsaved === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function update(name: Name, { sign, camera }: Tools): void {
  const state = screens.get(name)?.contentWindow?.paneSession?.state;
  sign.hidden = name === "bob" || !state || state.status === "restoring" || state.status === "signing-in";
  if (!sign.disabled) sign.textContent = state?.account ? "Lose it" : "Sign in here";
  camera.hidden = true;
}

/** Looks what can be scanned: one screen shows a code, another one has its scanner open. */
setInterval(() => {
  const shown = NAMES.some((name) => codeOn(name));
  for (const name of NAMES) {
    const camera = document.querySelector<HTMLButtonElement>(`#${name} > header button`);
    if (camera) camera.hidden = !(shown && find(name, "melo-qr-scanner"));
  }
}, 500);

/** What the camera of one screen sees of another: a picture, and nothing else. */
async function scan(name: Name): Promise<void> {
  const code = NAMES.filter((other) => other !== name)
    .map(codeOn)
    .find((canvas) => canvas !== undefined);
  const picture = code && (await new Promise<Blob | null>((resolve) => code.toBlob(resolve)));
  if (picture) await (find(name, "melo-qr-scanner") as HTMLElementTagNameMap["melo-qr-scanner"] | undefined)?.readPicture(picture);
}

function codeOn(name: Name): HTMLCanvasElement | undefined {
  return find(name, "melo-qr-code")?.shadowRoot?.querySelector("canvas") ?? undefined;
}

/** The first element of a kind on a screen, wherever it stands in the shadow. */
function find(name: Name, tag: string): Element | undefined {
  const search = (root: Document | ShadowRoot): Element | undefined => {
    for (const element of root.querySelectorAll("*")) {
      if (element.localName === tag) return element;
      const inside = element.shadowRoot && search(element.shadowRoot);
      if (inside) return inside;
    }
    return undefined;
  };
  const content = screens.get(name)?.contentDocument;
  return content ? search(content) : undefined;
}
