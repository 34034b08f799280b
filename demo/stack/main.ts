// `npm run stack`: the backend alone. `--json` prints one line of JSON on stdout when it is ready; all else goes to stderr.

import { parseArgs } from "node:util";

import { say } from "../../scripts/progress.mjs";
import { runUntilEnd } from "./end.ts";
import { printStack } from "./print-stack.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, fresh: { type: "boolean" }, "port-base": { type: "string" }, help: { type: "boolean" } },
});

if (values.help) {
  say("npm run stack -- [--port-base N] [--fresh] [--json]");
  process.exit();
}

await runUntilEnd({ portBase: values["port-base"], fresh: values.fresh }, (stack) => {
  if (values.json) process.stdout.write(`${JSON.stringify(stack.info)}\n`);
  else printStack(stack);
});
