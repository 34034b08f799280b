/** A piece of plain text: as it is, or an address that may be opened. */
export type TextPiece = { readonly text: string; readonly href?: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"\u0000-\u001f\u202a-\u202e\u2066-\u2069]+/giu;

/** Cuts plain text into text and web addresses; what follows a sentence's end is not part of the address. */
export function textPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    const href = safeUrl(address, WEB);
    if (!href) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

const WEB = ["http:", "https:"];
/** The schemes of the specification's allowlist. Client-server specification, "m.room.message msgtypes". */
const LINKABLE = [...WEB, "ftp:", "mailto:", "magnet:"];

/** `url` in its normal form if it is absolute and of an allowed scheme, else `undefined`: a relative address would point into the host page. */
export function safeUrl(url: string, schemes: readonly string[] = LINKABLE): string | undefined {
  const parsed = URL.parse?.(url) ?? parse(url);
  return parsed && schemes.includes(parsed.protocol) && !parsed.password ? parsed.href : undefined;
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** The user that a `matrix.to` link or a `matrix:` URI names. Appendices, "URIs". */
export function mentionedUser(url: string): string | undefined {
  const path = /^https:\/\/matrix\.to\/#\/([^/?]+)$/i.exec(url)?.[1] ?? /^matrix:u\/([^/?]+)/i.exec(url)?.[1];
  if (path === undefined) return undefined;
  const id = decode(path);
  const userId = url.toLowerCase().startsWith("matrix:") ? `@${id}` : id;
  return /^@[^:\s]+:[^\s/]+$/.test(userId) ? userId : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Cuts punctuation that ends a sentence, and closing brackets that nothing in the address opens. */
function withoutTail(address: string): string {
  let cut = address.replace(/[.,;:!?'"’”*_~]+$/u, "");
  for (;;) {
    const last = cut.at(-1);
    const opening = last === ")" ? "(" : last === "]" ? "[" : last === "}" ? "{" : undefined;
    if (!opening || count(cut, opening) >= count(cut, last!)) return cut;
    cut = cut.slice(0, -1).replace(/[.,;:!?'"’”*_~]+$/u, "");
  }
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}

const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic}|\ufe0f)*\s*){1,6}$/u;

/** A message of a few emoji and nothing else, which is shown larger. */
export function isEmojiOnly(text: string): boolean {
  return text.length < 80 && EMOJI_ONLY.test(text.trim());
}
