import "../../../src/elements/melo-message.js";
import { loadMessageSanitizer } from "../../../src/elements/message-html.js";
import type { MessageItem } from "../../../src/matrix/timeline-item.js";
import type { SessionApi } from "../../../src/session/session-api.js";

/** What a message may contain, written out here once more: the test does not trust the list of the code it tests. */
const PLAIN =
  "del h1 h2 h3 h4 h5 h6 blockquote p ul sup sub li b i u strong em s hr br table thead tbody tr th td caption pre details summary strike";
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(PLAIN.split(" ").map((tag) => [tag, []])),
  a: ["href", "title", "target", "rel"],
  ol: ["start"],
  code: ["class"],
  div: ["data-mx-maths"],
  span: [
    "class",
    "title",
    "style",
    "data-mx-color",
    "data-mx-bg-color",
    "data-mx-spoiler",
    "data-mx-maths",
    "role",
    "tabindex",
    "aria-label",
  ],
  font: ["style", "data-mx-color", "data-mx-bg-color"],
  img: ["alt", "title", "width", "height", "data-mxc", "src"],
};

export interface Findings {
  /** Nodes, attributes and values outside the allowlist. */
  readonly strange: string[];
  /** Functions that only a script of a message can have called. */
  readonly called: string[];
  /** How many messages show formatting: if none did, nothing would have been tested. */
  readonly formatted: number;
  /** How many rows show the text of a message as it is. */
  readonly asText: number;
}

const called: string[] = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"] as const) {
  Object.defineProperty(window, name, { value: () => void called.push(name) });
}

const media = { load: async () => new Blob([]) } as unknown as SessionApi["media"];
const session = { media } as SessionApi;

/** Renders each text as the HTML, the plain text and the sender's name of a message, in the real element, and looks at what became of it. */
async function renderMessages(texts: readonly string[]): Promise<Findings> {
  await loadMessageSanitizer();
  const strange: string[] = [];
  let [formatted, asText] = [0, 0];
  for (let from = 0; from < texts.length; from += 100) {
    const batch = texts.slice(from, from + 100);
    const rows = batch.flatMap((text) => [message({ body: "plain", html: text }), message({ body: text, name: text })]);
    document.body.append(...rows);
    await Promise.all(rows.map((row) => row.updateComplete));
    for (const [index, row] of rows.entries()) {
      const body = row.shadowRoot!.querySelector(".body")!;
      const where = `message ${from + (index >> 1)}: ${batch[index >> 1]}`;
      strange.push(...[...body.querySelectorAll("*")].flatMap((node) => strangeness(node).map((what) => `${what} in ${where}`)));
      if (index % 2 === 0) formatted += body.querySelector(".plain") ? 0 : 1;
      else
        asText +=
          body.textContent.includes(batch[index >> 1]!.trim()) &&
          row.shadowRoot!.querySelector("header")!.querySelector("*:not(button.who, bdi, time)") === null
            ? 1
            : 0;
      for (const link of body.querySelectorAll("a")) link.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    }
    await new Promise(requestAnimationFrame);
    for (const row of rows) row.remove();
  }
  return { strange, called, formatted, asText };
}

interface TrustedTypesWindow {
  readonly trustedTypes: { createPolicy<Rules>(name: string, rules: Rules): { createHTML(text: string): string } };
}

/** The same texts, inserted as they are: shows that this page notices what they do. */
async function renderRaw(texts: readonly string[]): Promise<Findings> {
  const policy = (window as unknown as TrustedTypesWindow).trustedTypes.createPolicy("control", { createHTML: (text: string) => text });
  const strange: string[] = [];
  for (const text of texts) {
    const body = document.createElement("div");
    document.body.append(body);
    body.innerHTML = policy.createHTML(text);
    strange.push(...[...body.querySelectorAll("*")].flatMap(strangeness));
  }
  return { strange, called, formatted: 0, asText: 0 };
}

function message({ body, html, name = "Mallory" }: { body: string; html?: string; name?: string }) {
  const row = document.createElement("melo-message");
  row.session = session;
  row.leads = html === undefined;
  const sender = { userId: "@mallory:example.org", name };
  row.item = {
    kind: "message",
    key: "$1",
    eventId: "$1",
    sender,
    time: 0,
    own: false,
    style: "text",
    body,
    html,
    edited: false,
  } satisfies MessageItem;
  return row;
}

function strangeness(node: Element): string[] {
  const allowed = node.namespaceURI === "http://www.w3.org/1999/xhtml" ? ALLOWED[node.localName] : undefined;
  if (!allowed) return [`<${node.localName}>`];
  return [...node.attributes].flatMap(({ name, value }) =>
    allowed.includes(name) && isHarmless(node, name, value) ? [] : [`${node.localName} ${name}="${value}"`],
  );
}

function isHarmless(node: Element, name: string, value: string): boolean {
  switch (name) {
    case "href":
      return (
        /^(https?|ftp):\/\/|^(mailto|magnet):/.test(value) &&
        node.getAttribute("rel") === "noreferrer noopener" &&
        node.getAttribute("target") === "_blank"
      );
    case "src":
      return value.startsWith("blob:");
    case "data-mxc":
      return /^mxc:\/\/[^/?#]+\/[\w-]+$/.test(value);
    case "class":
      return node.localName === "code" ? /^language-[\w+#.-]+$/.test(value) : /^(plain|plain large|mention)$/.test(value);
    case "style":
      return /^(--_(ink|fill): ?#[0-9a-f]{6};? ?)+$/i.test(value);
    case "data-mx-color":
    case "data-mx-bg-color":
      return /^#[0-9a-f]{6}$/i.test(value);
    case "role":
      return value === "button";
    case "start":
    case "width":
    case "height":
    case "tabindex":
      return /^-?\d+$/.test(value);
    default:
      return true;
  }
}

Object.assign(window, { renderMessages, renderRaw, called });
