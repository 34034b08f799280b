import { loadMarkdown, type Markdown } from "./markdown.js";

/** A message as it is typed, ready to be sent. */
export interface ComposedMessage {
  readonly style: "text" | "emote";
  readonly body: string;
  /** Only where the text has formatting. */
  readonly html?: string;
}

/** What an event may weigh, in bytes. Client-server specification, "Size limits". */
const EVENT_LIMIT = 65_536;
/** What encryption and the event around it add, in bytes, beyond the third that base64 takes. */
const OVERHEAD = 3_000;

let markdown: Markdown | undefined;

/** Loads the Markdown parser in advance, so that sending does not wait for it. */
export function preloadMarkdown(): void {
  if (!markdown) void loaded();
}

/** Reads Markdown and `/me`. Where the parser is out of reach, the text is sent as it is. */
export async function composeMessage(text: string): Promise<ComposedMessage> {
  const trimmed = text.replace(/^\s*\n|\s+$/g, "");
  const emote = /^\/me\s+(?=\S)/.exec(trimmed);
  const body = emote ? trimmed.slice(emote[0].length) : trimmed.replace(/^\/\//, "/");
  const format = markdown ?? (await loaded());
  return { style: emote ? "emote" : "text", body, html: format?.(body) };
}

/** By how many bytes a text is too long for one event; 0 if it fits. Errs on the safe side: formatting is taken to double it. */
export function excessBytes(text: string): number {
  const format = markdown;
  const body = JSON.stringify(text);
  const html = format ? JSON.stringify(format(text) ?? "") : body;
  const bytes = (new TextEncoder().encode(body).length + new TextEncoder().encode(html).length) * (4 / 3) + OVERHEAD;
  return Math.max(0, bytes - EVENT_LIMIT);
}

async function loaded(): Promise<Markdown | undefined> {
  return loadMarkdown().then(
    (parser) => (markdown = parser),
    () => undefined,
  );
}
