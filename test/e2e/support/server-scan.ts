import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { encodingsOf, type Encoded } from "./encodings.ts";
import type { E2eEnvironment } from "./environment.ts";

/** One occurrence of a text in what the server keeps. */
export interface Find {
  readonly text: string;
  readonly encoding: string;
  /** A table and column of the database, or a file. */
  readonly place: string;
}

interface Needle extends Encoded {
  readonly text: string;
}

/**
 * Looks for each text, in every encoding, in all that the homeserver keeps: every value of every table, and the bytes of every file (database, its write-ahead log
 * and freed pages, media, logs). Answers each (text, encoding, place) once.
 */
export function scanServer(environment: Pick<E2eEnvironment, "database" | "mediaStore" | "stateFolder">, texts: readonly string[]): Find[] {
  const needles = texts.flatMap((text) => encodingsOf(text).map((encoded) => ({ text, ...encoded })));
  const finds = new Map<string, Find>();
  const look = (place: string, bytes: Buffer) => {
    for (const { text, encoding, bytes: needle } of needles) {
      if (bytes.includes(needle)) finds.set(`${text} ${encoding} ${place}`, { text, encoding, place });
    }
  };
  scanTables(environment.database, look);
  const longest = Math.max(0, ...needles.map((needle: Needle) => needle.bytes.length));
  const files = new Set([...filesIn(environment.mediaStore), ...filesIn(environment.stateFolder), ...databaseFiles(environment.database)]);
  for (const file of files) if (!file.endsWith("e2e-secrets.txt")) scanFile(file, longest, look);
  return [...finds.values()];
}

/** Rows are put together into blocks: one search in a megabyte is far cheaper than thousands in a few bytes. */
const BLOCK = 1 << 20;

function scanTables(database: string, look: (place: string, bytes: Buffer) => void): void {
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

function scanFile(file: string, longest: number, look: (place: string, bytes: Buffer) => void): void {
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
