// The token API as a program: `node server/main.ts`, configured by environment variables (docs/token-api.md). Ends in order on SIGTERM and SIGINT.

import { ConfigError, readEnvironment } from "./environment.ts";
import { createLog, reasonOf } from "./log.ts";
import { startTokenApi } from "./token-api.ts";

const config = (() => {
  try {
    return readEnvironment(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) process.stderr.write(`${problem}\n`);
    process.exit(78); // EX_CONFIG: starting again will not help
  }
})();
const log = createLog(config.logLevel);
const api = await startTokenApi(config, log).catch((error: unknown) => {
  log("error", "start_failed", { reason: reasonOf(error) });
  process.exit(1);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void api.stop().then(() => process.exit(0)));
}
