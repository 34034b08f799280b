#!/usr/bin/env node
// melo-doctor example.org: looks at a deployment from outside, step by step, and says what is wrong and what to do.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { CHECKS } from "./checks/all.ts";
import { examine, type Result } from "./examine.ts";
import { Patient } from "./patient.ts";

const USAGE = `melo-doctor <domain | homeserver address> [options]

  --user NAME            an account, to look at calls as a visitor; its password:
  --password-file FILE     from a file, or from the environment as MELO_DOCTOR_PASSWORD
  --config FOLDER        deploy/run, on the server itself: what only its files tell
  --files ADDRESS        where melo's files are, if not at /melo/ of the homeserver
  --resolve HOST=IP      take this address for a host, instead of asking DNS (may be repeated)
  --ca FILE              trust this certificate authority (PEM) instead of the system's
  --only ID              one check and what it needs (may be repeated)
  --local                a developer's stack on this machine
  --json                 for machines

Exit status: 0 all is well, 1 something could be better, 2 something is wrong, 3 the doctor could not begin.
`;

const EXIT = { ok: 0, skipped: 0, warning: 1, failed: 2 } as const;
const MARK = { ok: "✓", skipped: "–", warning: "!", failed: "✗" } as const;

const { values: flags, target } = readArguments();
const patient = new Patient({
  target,
  account: flags.user === undefined ? undefined : { user: flags.user, password: password() },
  files: flags.files,
  configuration: flags.config,
  local: flags.local,
  ca: flags.ca === undefined ? undefined : read(flags.ca),
  resolve: Object.fromEntries((flags.resolve ?? []).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
});

const terminal = process.stderr.isTTY;
const results = await examine(patient, chosen(flags.only), {
  begin: ({ title }) => terminal && process.stderr.write(`  ${title} …`),
  end(result) {
    if (terminal) process.stderr.write("\r\x1b[K");
    if (!flags.json) process.stdout.write(lineOf(result));
  },
});
await patient.release();

const verdict = (["failed", "warning"] as const).find((bad) => results.some((result) => result.verdict === bad)) ?? "ok";
const count = (kind: Result["verdict"]) => results.filter((result) => result.verdict === kind).length;
if (flags.json) process.stdout.write(`${JSON.stringify({ target, verdict, results }, null, 2)}\n`);
else {
  const parts = [
    `${count("ok")} well`,
    `${count("warning")} could be better`,
    `${count("failed")} wrong`,
    `${count("skipped")} not looked at`,
  ];
  process.stdout.write(`\n${target}: ${parts.join(", ")}\n`);
}
process.exit(EXIT[verdict]);

function lineOf({ id, verdict: mark, title, reason, remedy }: Result): string {
  return `${MARK[mark]} ${title} [${id}]\n    ${reason}\n${remedy ? `    → ${remedy}\n` : ""}`;
}

/** The named checks, and all that they need. */
function chosen(ids: readonly string[] | undefined) {
  if (!ids) return CHECKS;
  const wanted = new Set<string>();
  const add = (id: string): void => {
    const check = CHECKS.find((one) => one.id === id);
    if (!check) stop(`There is no check ${id}. The checks are: ${CHECKS.map((one) => one.id).join(", ")}.`);
    wanted.add(id);
    check.needs?.forEach(add);
  };
  ids.forEach(add);
  return CHECKS.filter(({ id }) => wanted.has(id));
}

function password(): string {
  const found = flags["password-file"] === undefined ? process.env["MELO_DOCTOR_PASSWORD"] : read(flags["password-file"]).trim();
  return found ?? stop("The account's password is missing: --password-file FILE, or MELO_DOCTOR_PASSWORD.");
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return stop(`${file} cannot be read.`);
  }
}

function readArguments() {
  const text = { type: "string" } as const;
  const list = { type: "string", multiple: true } as const;
  const yes = { type: "boolean" } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        user: text,
        "password-file": text,
        config: text,
        files: text,
        resolve: list,
        ca: text,
        only: list,
        local: yes,
        json: yes,
        help: yes,
      },
    });
    const [target = ""] = positionals;
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit();
    }
    if (positionals.length !== 1 || !(target.includes("://") ? URL.canParse(target) : /^[\w.-]+(:\d+)?$/.test(target))) stop(USAGE);
    return { values, target };
  } catch (error) {
    return stop(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(3);
}
