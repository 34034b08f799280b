/** What each tag needs, loaded when the first one of it appears. */
const MODULES = new Map<string, () => Promise<unknown>>([
  ["melo-avatar", () => import("./elements/melo-avatar.js")],
  ["melo-call", () => import("./elements/melo-call.js")],
  ["melo-call-bar", () => import("./elements/melo-call-bar.js")],
  ["melo-call-controls", () => import("./elements/melo-call-controls.js")],
  ["melo-call-grid", () => import("./elements/melo-call-grid.js")],
  ["melo-call-leave", () => import("./elements/melo-call-leave.js")],
  ["melo-call-preview", () => import("./elements/melo-call-preview.js")],
  ["melo-call-ring", () => import("./elements/melo-call-ring.js")],
  ["melo-call-settings", () => import("./elements/melo-call-settings.js")],
  ["melo-call-shortcuts", () => import("./elements/melo-call-shortcuts.js")],
  ["melo-call-status", () => import("./elements/melo-call-status.js")],
  ["melo-call-test", () => import("./elements/melo-call-test.js")],
  ["melo-call-tile", () => import("./elements/melo-call-tile.js")],
  ["melo-camera-toggle", () => import("./elements/melo-camera-toggle.js")],
  ["melo-composer", () => import("./elements/melo-composer.js")],
  ["melo-cross-signing", () => import("./elements/melo-cross-signing.js")],
  ["melo-deafen-toggle", () => import("./elements/melo-deafen-toggle.js")],
  ["melo-device-list", () => import("./elements/melo-device-list.js")],
  ["melo-device-picker", () => import("./elements/melo-device-picker.js")],
  ["melo-device-row", () => import("./elements/melo-device-row.js")],
  ["melo-device-sign-out", () => import("./elements/melo-device-sign-out.js")],
  ["melo-dialog", () => import("./elements/melo-dialog.js")],
  ["melo-encryption-badge", () => import("./elements/melo-encryption-badge.js")],
  ["melo-encryption-status", () => import("./elements/melo-encryption-status.js")],
  ["melo-hand-toggle", () => import("./elements/melo-hand-toggle.js")],
  ["melo-identity-notice", () => import("./elements/melo-identity-notice.js")],
  ["melo-key-backup", () => import("./elements/melo-key-backup.js")],
  ["melo-key-file", () => import("./elements/melo-key-file.js")],
  ["melo-level-meter", () => import("./elements/melo-level-meter.js")],
  ["melo-login", () => import("./elements/melo-login.js")],
  ["melo-message", () => import("./elements/melo-message.js")],
  ["melo-mic-toggle", () => import("./elements/melo-mic-toggle.js")],
  ["melo-participant-list", () => import("./elements/melo-participant-list.js")],
  ["melo-participant-menu", () => import("./elements/melo-participant-menu.js")],
  ["melo-password-form", () => import("./elements/melo-password-form.js")],
  ["melo-qr-code", () => import("./elements/melo-qr-code.js")],
  ["melo-qr-scanner", () => import("./elements/melo-qr-scanner.js")],
  ["melo-reaction-menu", () => import("./elements/melo-reaction-menu.js")],
  ["melo-recovery", () => import("./elements/melo-recovery.js")],
  ["melo-room", () => import("./elements/melo-room.js")],
  ["melo-screen-share-menu", () => import("./elements/melo-screen-share-menu.js")],
  ["melo-screen-share-toggle", () => import("./elements/melo-screen-share-toggle.js")],
  ["melo-session", () => import("./elements/melo-session.js")],
  ["melo-sign-out", () => import("./elements/melo-sign-out.js")],
  ["melo-talk-button", () => import("./elements/melo-talk-button.js")],
  ["melo-tile-menu", () => import("./elements/melo-tile-menu.js")],
  ["melo-timeline", () => import("./elements/melo-timeline.js")],
  ["melo-typing", () => import("./elements/melo-typing.js")],
  ["melo-user-card", () => import("./elements/melo-user-card.js")],
  ["melo-verify-device", () => import("./elements/melo-verify-device.js")],
  ["melo-verify-user", () => import("./elements/melo-verify-user.js")],
  ["melo-voice-channel", () => import("./elements/melo-voice-channel.js")],
  ["melo-voice-channel-list", () => import("./elements/melo-voice-channel-list.js")],
  ["melo-voice-presence", () => import("./elements/melo-voice-presence.js")],
]);
const TAGS = [...MODULES.keys()].join();

/** The code of an element could not be loaded. The element says so in its place, with a button that tries again; the rest of the page goes on. */
export class MeloElementFailed extends Event {
  readonly error: unknown;

  constructor(error: unknown) {
    super("melo-element-failed", { bubbles: true, composed: true });
    this.error = error;
  }
}

/** What the bundler knows of a build: files that are needed together, relative to the loader. */
export interface EarlyFiles {
  /** Behind each tag. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** Behind the client of somebody who is signed in. */
  readonly client: readonly string[];
}

/** The databases of somebody who is signed in here (src/matrix/store-names.ts). */
const CLIENT_DATABASE = /^melo:.*::matrix-sdk-crypto$/;

const files = import.meta.melo;
const observed = new WeakSet<Node>();
/** Elements whose code could not be loaded, with what stands in for it. */
const failed = new Map<Element, HTMLElement>();
const loading = new Map<string, Promise<unknown>>();
const asked = new Set<string>();

const observer = new MutationObserver((records) => {
  for (const { addedNodes } of records) {
    for (const node of addedNodes) if (node instanceof Element) search(node);
  }
});

/**
 * Watches a tree for melo's tags, those that are there and those that come. The document is watched from the start, and so is the inside of every melo element; call it for a
 * shadow root of your own that contains melo tags.
 */
export function observe(root: Document | ShadowRoot): void {
  if (observed.has(root)) return;
  observed.add(root);
  observer.observe(root, { childList: true, subtree: true });
  search(root);
}

function search(root: ParentNode): void {
  if (root instanceof Element && MODULES.has(root.localName)) void meet(root);
  for (const element of root.querySelectorAll(TAGS)) void meet(element);
}

async function meet(element: Element): Promise<void> {
  askEarly(files?.tags[element.localName]);
  if (element.localName === "melo-session") void startsClient(element).then((starts) => starts && askEarly(files?.client));
  try {
    await load(element.localName);
    if (element.shadowRoot) observe(element.shadowRoot);
  } catch (error) {
    if (!failed.has(element)) standIn(element, error);
  }
}

/** Asks for files that import each other at once, instead of for each when the one before it has arrived. */
function askEarly(names: readonly string[] = []): void {
  for (const name of names) {
    if (asked.has(name)) continue;
    asked.add(name);
    const link = document.createElement("link");
    link.rel = name.endsWith(".js") ? "modulepreload" : "preload";
    if (link.rel === "preload") link.as = "fetch";
    link.crossOrigin = "anonymous";
    link.href = new URL(name, import.meta.url).href;
    document.head.append(link);
  }
}

/** Whether a session will run a client without asking the visitor: signed in before, or by the page. One with encryption code of its own is left alone. */
async function startsClient(element: Element): Promise<boolean> {
  if (element.hasAttribute("wasm-url")) return false;
  if ("credentials" in element && element.credentials) return true;
  try {
    return (await indexedDB.databases()).some(({ name = "" }) => CLIENT_DATABASE.test(name));
  } catch {
    return false; // a browser that keeps nothing, or does not tell
  }
}

async function load(tag: string): Promise<void> {
  const running = loading.get(tag) ?? MODULES.get(tag)!();
  loading.set(tag, running);
  try {
    await running;
  } catch (error) {
    loading.delete(tag);
    throw error;
  }
}

function standIn(element: Element, error: unknown): void {
  const text = document.createElement("span");
  text.textContent = "This part of the page could not be loaded. ";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Try again";
  button.addEventListener("click", retry);
  const note = document.createElement("span");
  note.setAttribute("role", "alert");
  note.append(text, button);
  failed.set(element, note);
  element.append(note);
  element.dispatchEvent(new MeloElementFailed(error));
}

/** Takes the stand-ins away before their elements are upgraded, and loads what is missing. */
function retry(): void {
  const again = [...failed];
  failed.clear();
  for (const [element, note] of again) {
    note.remove();
    if (element.isConnected) void meet(element);
  }
}

addEventListener("online", retry);
observe(document);

declare global {
  interface ImportMeta {
    /** Filled in when melo is bundled for a CDN. */
    readonly melo?: EarlyFiles;
  }
  interface HTMLElementEventMap {
    "melo-element-failed": MeloElementFailed;
  }
}
