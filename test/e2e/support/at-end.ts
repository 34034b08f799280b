import { after } from "node:test";

const endings: (() => unknown)[] = [];

// Registered while the file is loaded: the test runner takes a hook that is made inside another hook, or inside a test, for that one's own.
after(async () => {
  for (const end of endings.reverse()) await end();
});

/** Runs `end` when all tests of the file have run, the latest first. */
export function atEnd(end: () => unknown): void {
  endings.push(end);
}
