import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { encodingsOf } from "./encodings.ts";
import type { E2eEnvironment } from "./environment.ts";
import { LEDGER } from "./secrets.ts";

/** One occurrence of a text in what the server keeps. */
export interface Find {
  readonly text: string;
  readonly encoding: string;
  /** A table and column of the database, or a file. */
  readonly place: string;
}

type Look = (place: string, bytes: Buffer) => void;

/**
 * Looks for each text, in every encoding, in all that the homeserver keeps: every value of every table, and the bytes of every file (database, its write-ahead log
 * and freed pages, media, logs). Answers each (text, encoding, place) once.
 */
export function scanServer({ database, mediaStore, stateFolder }: Kept, texts: readonly string[]): Find[] {
  const finds = new Map<string, Find>();
  const searches = texts.length > 0 ? searchesFor(texts) : [];
  const look: Look = (place, bytes) => {
    for (const search of searches)
      for (const find of findAll(search, bytes)) finds.set(`${find.text} ${find.encoding} ${place}`, { ...find, place });
  };
  scanTables(database, look);
  const longest = Math.max(0, ...searches.flatMap(({ needles }) => needles.map(({ bytes }) => bytes.length)));
  const files = new Set([...filesIn(mediaStore), ...filesIn(stateFolder), ...databaseFiles(database)]);
  for (const file of files) if (!file.endsWith(LEDGER)) scanFile(file, longest, look);
  return [...finds.values()];
}

type Kept = Pick<E2eEnvironment, "database" | "mediaStore" | "stateFolder">;

/** Texts in one encoding, and what all of them begin with in it: looking for that alone is as quick for a thousand texts as for one. */
interface Search {
  readonly encoding: string;
  readonly beginning: Buffer;
  readonly needles: readonly { readonly text: string; readonly bytes: Buffer }[];
}

function searchesFor(texts: readonly string[]): Search[] {
  const common = commonBeginning(texts);
  if (common.length < 4 && texts.length > 1) return texts.flatMap((text) => searchesFor([text]));
  return encodingsOf(common).map(({ encoding, bytes }, index) => ({
    encoding,
    beginning: bytes,
    needles: texts.map((text) => ({ text, bytes: encodingsOf(text)[index]!.bytes })),
  }));
}

function commonBeginning([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

function* findAll({ encoding, beginning, needles }: Search, bytes: Buffer): Generator<Pick<Find, "text" | "encoding">> {
  for (let at = bytes.indexOf(beginning); at >= 0; at = bytes.indexOf(beginning, at + 1)) {
    for (const needle of needles) {
      if (bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)) yield { text: needle.text, encoding };
    }
  }
}

/** Rows are put together into blocks: one search in a megabyte is far cheaper than thousands in a few bytes. */
const BLOCK = 1 << 20;

function scanTables(database: string, look: Look): void {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    db.exec("PRAGMA busy_timeout = 10000");
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
    for (const { name } of tables) {
      const quoted = `"${String(name).replaceAll('"', '""')}"`;
      const columns = db.prepare(`SELECT name FROM pragma_table_info(?)`).all(String(name));
      for (const column of columns) {
        const values = db.prepare(
          `SELECT "${String(column["name"])}" AS value FROM ${quoted} WHERE typeof("${String(column["name"])}") IN ('text', 'blob')`,
        );
        let block: Buffer[] = [];
        let size = 0;
        const flush = () => {
          look(`${String(name)}.${String(column["name"])}`, Buffer.concat(block));
          block = [];
          size = 0;
        };
        for (const { value } of values.iterate()) {
          const bytes = typeof value === "string" ? Buffer.from(value) : Buffer.from(value as Uint8Array);
          block.push(bytes, Buffer.of(0));
          size += bytes.length + 1;
          if (size > BLOCK) flush();
        }
        flush();
      }
    }
  } finally {
    db.close();
  }
}

function scanFile(file: string, longest: number, look: Look): void {
  const handle = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(8 * BLOCK);
    for (let position = 0, kept = 0; ;) {
      const read = readSync(handle, buffer, kept, buffer.length - kept, position);
      if (read === 0) return;
      position += read;
      const filled = kept + read;
      look(file, buffer.subarray(0, filled));
      kept = Math.min(longest, filled); // what stands across two blocks is found in the second
      buffer.copy(buffer, 0, filled - kept, filled);
    }
  } finally {
    closeSync(handle);
  }
}

function databaseFiles(database: string): string[] {
  return ["", "-wal", "-journal"].map((suffix) => database + suffix).filter((file) => existsSync(file));
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}
