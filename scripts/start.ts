// `npm start`: the demo on the real backend. Prints where it is and who can sign in, and runs until Ctrl-C.

import { parseArgs } from "node:util";

import { DEMO_PORTS, startDemo } from "../demo/stack/demo.ts";
import { runUntilEnd } from "../demo/stack/end.ts";
import { printStack } from "../demo/stack/print-stack.ts";
import { say } from "./progress.mjs";

const { values } = parseArgs({
  options: { fresh: { type: "boolean" }, "port-base": { type: "string" }, dev: { type: "boolean" }, help: { type: "boolean" } },
});

if (values.help) {
  say("npm start -- [--port-base N] [--fresh] [--dev]");
  process.exit();
}

await runUntilEnd({ portBase: values["port-base"], fresh: values.fresh, alsoFree: DEMO_PORTS }, async (stack) => {
  const demo = await startDemo(stack, { dev: values.dev });
  say("");
  say(`  Side by side   ${demo.address}/side-by-side.html   Alice and Bob talk, and what their server sees of it`);
  say(`  Trust          ${demo.address}/trust.html          Verify a device, lose one, come back, and what the server holds`);
  if (stack.livekit)
    say(`  A call         ${demo.address}/call.html           Alice and Bob see and hear each other, and what the media server has of it`);
  say(`  Drop-in        ${demo.dropIn}/   another site, a strict security policy, one script tag`);
  say(`  All pages      ${demo.address}/`);
  printStack(stack);
});
