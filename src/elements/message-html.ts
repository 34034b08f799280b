import { mentionedUser, safeUrl } from "./message-links.js";

/** What each element may carry besides nothing; every element that may stay is a key. Client-server specification, "m.room.message msgtypes". */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    "del h1 h2 h3 h4 h5 h6 blockquote p ul sup sub li b i u strong em s hr br table thead tbody tr th td caption pre details summary strike"
      .split(" ")
      .map((tag) => [tag, []]),
  ),
  a: ["href"],
  ol: ["start"],
  code: ["class"],
  div: ["data-mx-maths"],
  span: ["data-mx-color", "data-mx-bg-color", "data-mx-spoiler", "data-mx-maths"],
  font: ["color", "data-mx-color", "data-mx-bg-color"],
  img: ["src", "alt", "title", "width", "height"],
};

/** Deeper elements are replaced by their text. The specification asks for 100 at most. */
const DEEPEST = 100;
/** A message of more markup than this is shown as its plain text, in UTF-16 code units and in elements. */
const LONGEST = 65_536;
const MOST_ELEMENTS = 3_000;

const CONFIG = {
  ALLOWED_TAGS: Object.keys(ALLOWED),
  ALLOWED_ATTR: [...new Set(Object.values(ALLOWED).flat())],
  ALLOWED_URI_REGEXP: /^(?:https?|ftp|mailto|magnet|matrix|mxc):/i,
  ADD_URI_SAFE_ATTR: Object.values(ALLOWED)
    .flat()
    .filter((name) => name !== "href" && name !== "src"),
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ADD_FORBID_CONTENTS: ["mx-reply"],
  RETURN_DOM_FRAGMENT: true as const,
};

/** Turns `formatted_body` into nodes that are safe to insert, or `undefined` where the plain text is to be shown instead. */
export type MessageSanitizer = (html: string) => DocumentFragment | undefined;

let loading: Promise<MessageSanitizer> | undefined;
let loaded: MessageSanitizer | undefined;

/** The sanitiser, if it has been loaded: plain text is shown meanwhile. */
export function messageSanitizer(): MessageSanitizer | undefined {
  return loaded;
}

/** Loads the sanitiser once. Rejects while its code is out of reach, and may be called again. */
export function loadMessageSanitizer(): Promise<MessageSanitizer> {
  loading ??= import("dompurify").then(
    ({ default: createDOMPurify }) => {
      const purify = createDOMPurify(window); // one of our own: hooks and settings of the page's DOMPurify do not reach it
      purify.addHook("uponSanitizeElement", dropScripts);
      return (loaded = (html) => sanitize((text) => purify.sanitize(text, CONFIG), html));
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/**
 * Removes the scripts inside an element that does not stay. DOMPurify puts what such an element contains in its place, as a copy; a script in it would never
 * run, but its copy would be reported as a violation of the page's Trusted Types policy.
 */
function dropScripts(element: Node): void {
  if (element.nodeType !== Node.ELEMENT_NODE || Object.hasOwn(ALLOWED, (element as Element).localName)) return;
  for (const script of Element.prototype.querySelectorAll.call(element, "script")) Element.prototype.remove.call(script); // forms can hide both methods
}

function sanitize(purify: (html: string) => DocumentFragment, html: string): DocumentFragment | undefined {
  if (html.length > LONGEST) return undefined;
  const inert = purify(html); // in a document of its own, where nothing is fetched and nothing runs
  if (inert.querySelectorAll("*").length > MOST_ELEMENTS) return undefined;
  for (const child of [...inert.children]) tidy(child, 1);
  return document.importNode(inert, true);
}

/** Holds an element and what is in it to the specification: DOMPurify knows which attributes are allowed, but not on which element. */
function tidy(element: Element, depth: number): void {
  const allowed = Object.hasOwn(ALLOWED, element.localName) ? ALLOWED[element.localName] : undefined;
  if (!allowed || element.namespaceURI !== "http://www.w3.org/1999/xhtml") return element.remove();
  if (depth > DEEPEST) return element.replaceWith(element.textContent);
  for (const { name } of [...element.attributes]) if (!allowed.includes(name)) element.removeAttribute(name);
  for (const child of [...element.children]) tidy(child, depth + 1);
  TIDY[element.localName]?.(element);
}

const TIDY: Readonly<Record<string, (element: Element) => void>> = {
  a: tidyLink,
  img: tidyImage,
  span: tidyColors,
  font: tidyColors,
  code(element) {
    const language = element.className.split(/\s+/).find((name) => /^language-[\w+#.-]{1,40}$/.test(name));
    if (language) element.className = language;
    else element.removeAttribute("class");
  },
  ol(element) {
    if (!/^-?\d{1,9}$/.test(element.getAttribute("start") ?? "0")) element.removeAttribute("start");
  },
};

/** Only absolute addresses of an allowed scheme stay links; a mention becomes a name that leads nowhere. */
function tidyLink(link: Element): void {
  const address = link.getAttribute("href") ?? "";
  const userId = mentionedUser(address);
  const href = safeUrl(address);
  if (userId) {
    const mention = link.ownerDocument.createElement("span");
    mention.className = "mention";
    mention.title = userId;
    mention.append(link.textContent || userId);
    link.replaceWith(mention);
  } else if (href) {
    link.setAttribute("href", href);
    link.setAttribute("title", href); // what it really opens, with look-alike hosts in their ASCII form
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noreferrer noopener");
  } else {
    link.removeAttribute("href");
  }
}

/** Only pictures of the homeserver stay, without an address: the message asks the session for them. All others become their text. */
function tidyImage(image: Element): void {
  const uri = image.getAttribute("src") ?? "";
  const text = image.getAttribute("alt") || image.getAttribute("title") || "";
  if (!/^mxc:\/\/[\w.:[\]-]{1,255}\/[\w-]{1,255}$/.test(uri)) return image.replaceWith(text);
  image.removeAttribute("src");
  image.setAttribute("alt", text);
  image.setAttribute("data-mxc", uri);
  for (const side of ["width", "height"]) {
    const length = Number(image.getAttribute(side));
    if (Number.isInteger(length) && length > 0) image.setAttribute(side, String(Math.min(length, 800)));
    else image.removeAttribute(side);
  }
}

function tidyColors(element: Element): void {
  const legacy = element.getAttribute("color");
  if (legacy && !element.hasAttribute("data-mx-color")) element.setAttribute("data-mx-color", legacy);
  element.removeAttribute("color");
  for (const name of ["data-mx-color", "data-mx-bg-color"]) {
    if (!/^#[0-9a-f]{6}$/i.test(element.getAttribute(name) ?? "")) element.removeAttribute(name);
  }
}

/** Gives coloured text its colour, through the style object (a `style` attribute would need `'unsafe-inline'`); the style sheet keeps it legible. */
export function applyColors(content: ParentNode): void {
  for (const [name, property] of [
    ["data-mx-color", "--_ink"],
    ["data-mx-bg-color", "--_fill"],
  ] as const) {
    for (const element of content.querySelectorAll<HTMLElement>(`[${name}]`)) {
      element.style.setProperty(property, element.getAttribute(name));
    }
  }
}
