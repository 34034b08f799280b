/** One way in which a text may lie in a file. */
export interface Encoded {
  readonly encoding: string;
  readonly bytes: Buffer;
}

/**
 * Every form in which a server could have kept `text` as it stands: plain, UTF-16, JSON-escaped, URL-encoded, hexadecimal, and the two Base64 alphabets at
 * each of the three positions relative to the start of the encoded data, without the letters that depend on what stands before and after.
 */
export function encodingsOf(text: string): Encoded[] {
  const utf8 = Buffer.from(text, "utf8");
  const hex = utf8.toString("hex");
  const forms: [string, string | Buffer][] = [
    ["utf-8", utf8],
    ["utf-16le", Buffer.from(text, "utf16le")],
    ["json", jsonEscaped(text)],
    ["url", encodeURIComponent(text)],
    ["url, lower case", encodeURIComponent(text).replaceAll(/%../g, (escape) => escape.toLowerCase())],
    ["hex", hex],
    ["hex, upper case", hex.toUpperCase()],
  ];
  for (const offset of [0, 1, 2]) {
    const standard = base64At(utf8, offset);
    forms.push([`base64 at ${offset}`, standard]);
    forms.push([`base64url at ${offset}`, standard.replaceAll("+", "-").replaceAll("/", "_")]);
  }
  return forms.map(([encoding, form]) => ({ encoding, bytes: Buffer.from(form) }));
}

/** The text inside a JSON string whose writer escapes all that is not ASCII, as Python's does. */
function jsonEscaped(text: string): string {
  const ascii = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[\u0080-\uffff]/g, ascii);
}

/** The Base64 letters that are the same whatever `offset` bytes stand before and whatever follows. */
function base64At(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const firstSafe = Math.ceil((offset * 8) / 6);
  const lastSafe = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(firstSafe, lastSafe);
}
