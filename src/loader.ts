/** What each tag needs, loaded when the first one of it appears. */
const MODULES = new Map<string, () => Promise<unknown>>([
  ["melo-avatar", () => import("./elements/melo-avatar.js")],
  ["melo-composer", () => import("./elements/melo-composer.js")],
  ["melo-dialog", () => import("./elements/melo-dialog.js")],
  ["melo-encryption-badge", () => import("./elements/melo-encryption-badge.js")],
  ["melo-login", () => import("./elements/melo-login.js")],
  ["melo-message", () => import("./elements/melo-message.js")],
  ["melo-password-form", () => import("./elements/melo-password-form.js")],
  ["melo-room", () => import("./elements/melo-room.js")],
  ["melo-session", () => import("./elements/melo-session.js")],
  ["melo-timeline", () => import("./elements/melo-timeline.js")],
  ["melo-typing", () => import("./elements/melo-typing.js")],
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

const observed = new WeakSet<Node>();
/** Elements whose code could not be loaded, with what stands in for it. */
const failed = new Map<Element, HTMLElement>();
const loading = new Map<string, Promise<unknown>>();

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
  try {
    await load(element.localName);
    if (element.shadowRoot) observe(element.shadowRoot);
  } catch (error) {
    if (!failed.has(element)) standIn(element, error);
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
  interface HTMLElementEventMap {
    "melo-element-failed": MeloElementFailed;
  }
}
