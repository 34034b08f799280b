// `npm run stack`: the backend alone. `--json` prints one line of JSON on stdout when it is ready; all else goes to stderr.

import { parseArgs } from "node:util";

import { say } from "../../scripts/progress.mjs";
import { onEnd } from "./end.ts";
import { printStack } from "./print-stack.ts";
import { startStack, type Stack } from "./stack.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, fresh: { type: "boolean" }, "port-base": { type: "string" }, help: { type: "boolean" } },
});

if (values.help) {
  say("npm run stack -- [--port-base N] [--fresh] [--json]");
  process.exit();
}

const portBase = values["port-base"] === undefined ? undefined : Number(values["port-base"]);
let stack: Stack | undefined;
onEnd(async () => stack?.stop());

try {
  stack = await startStack({
    portBase,
    fresh: values.fresh,
    onCrash(message) {
      say(message);
      process.exitCode = 1;
      process.kill(process.pid, "SIGTERM");
    },
  });
  if (values.json) process.stdout.write(`${JSON.stringify(stack.info)}\n`);
  else printStack(stack);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
