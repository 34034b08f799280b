import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** What the SDK strips from a name before it looks at look-alikes (`removeHiddenCharsRegex` in its `utils.js`). */
const HIDDEN = /[\u2000-\u200F\u202A-\u202F\u0300-\u036F\uFEFF\u061C\u2800\u2062-\u2063\s]/;

/**
 * The package `unhomoglyph`, which tells display names that look alike, as a module of a third of its size. The SDK gives it names that are decomposed (NFD) and
 * without hidden characters, so the table needs only characters that such a name can have; and it is written as runs of neighbours instead of single pairs.
 * For every such name the answer is the same ({@link sameAsOriginal}).
 */
export function lookAlikesModule(): string {
  return `const TABLE = ${JSON.stringify(encode(reachable()))};
${decode.toString()}
let ascii, all;
export default function unhomoglyph(text) {
  const table = /^[\\x00-\\x7f]*$/.test(text) ? (ascii ??= decode(TABLE, 0x7f)) : (all ??= decode(TABLE, 0x10ffff));
  let result = "";
  for (const character of text) result += table.get(character) ?? character;
  return result;
}
`;
}

/** Whether the small table answers as the original for every character that it may be asked for. */
export function sameAsOriginal(): boolean {
  const original = require("unhomoglyph") as (text: string) => string;
  const encoded = encode(reachable());
  const [small, ascii] = [decode(encoded, 0x10ffff), decode(encoded, 0x7f)];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (!isReachable(character)) continue;
    const expected = original(character);
    if ((small.get(character) ?? character) !== expected || (code <= 0x7f && (ascii.get(character) ?? character) !== expected))
      return false;
  }
  return true;
}

type Pair = readonly [code: number, looksLike: string];

function reachable(): Pair[] {
  const table = require("unhomoglyph/data.json") as Record<string, string>;
  return Object.entries(table)
    .filter(([character]) => isReachable(character))
    .map(([character, looksLike]) => [character.codePointAt(0)!, looksLike] as const)
    .sort(([a], [b]) => a - b);
}

function isReachable(character: string): boolean {
  return character.normalize("NFD") === character && !HIDDEN.test(character);
}

/**
 * One entry for each run, one on each line: the distance from the end of the run before (base 36, nothing for 0), `+` or `*` and the length for runs longer than
 * one (`+`: what they look like counts up as well, `*`: all look like the same), a tab, and what the first one looks like.
 */
function encode(pairs: readonly Pair[]): string {
  const entries: string[] = [];
  let end = 0;
  for (let at = 0; at < pairs.length;) {
    const [code, looksLike] = pairs[at]!;
    const [length, mark] = longestRun(pairs, at);
    entries.push(`${code === end ? "" : (code - end).toString(36)}${length > 1 ? mark + length.toString(36) : ""}\t${looksLike}`);
    end = code + length;
    at += length;
  }
  return entries.join("\n");
}

function longestRun(pairs: readonly Pair[], at: number): [length: number, mark: "+" | "*"] {
  const run = (step: 0 | 1): number => {
    const [code, looksLike] = pairs[at]!;
    const isSingle = [...looksLike].length === 1;
    let length = 1;
    while (pairs[at + length]?.[0] === code + length && pairs[at + length]![1] === nth(looksLike, length * step, isSingle || step === 0))
      length++;
    return length;
  };
  const [rising, level] = [run(1), run(0)];
  return rising > level ? [rising, "+"] : [level, "*"];
}

function nth(first: string, distance: number, allowed: boolean): string | undefined {
  if (!allowed) return undefined;
  return distance === 0 ? first : String.fromCodePoint(first.codePointAt(0)! + distance);
}

/**
 * Decodes the entries up to the character `last`: most names are ASCII, and need a few of thousands. Runs in the browser: written into the module as it stands here,
 * so it uses nothing from outside.
 */
function decode(encoded: string, last: number): Map<string, string> {
  const table = new Map<string, string>();
  let code = 0;
  for (let at = 0; at < encoded.length && code <= last;) {
    const newline = encoded.indexOf("\n", at);
    const end = newline < 0 ? encoded.length : newline;
    const entry = encoded.slice(at, end);
    at = end + 1;
    const tab = entry.indexOf("\t"); // the first: what something looks like may contain one
    const [where, first] = [entry.slice(0, tab), entry.slice(tab + 1)];
    const [distance = "", length = "1"] = where.split(/[+*]/);
    if (distance) code += parseInt(distance, 36);
    const step = where.includes("+") ? 1 : 0;
    for (let nth = 0; nth < parseInt(length, 36); nth++) {
      table.set(String.fromCodePoint(code++), nth * step === 0 ? first : String.fromCodePoint(first.codePointAt(0)! + nth));
    }
  }
  return table;
}
