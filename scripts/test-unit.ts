// `npm run test:unit [-- --only NAME | --files GLOB]`: unit and component tests, in a real Chromium.

import { defaultReporter, startTestRunner } from "@web/test-runner";
import type { TestSession, TestSuiteResult } from "@web/test-runner";

import config from "../web-test-runner.config.mjs";
import { reportCounts, type Counts } from "./counts.ts";
import { say } from "./progress.mjs";

const args = process.argv.slice(2);
const only = args.indexOf("--only");
if (only >= 0) args.splice(only, 2, "--files", `test/**/*${args[only + 1]}*.test.ts`, "!test/e2e/**", "!test/deploy/**");

const counting = {
  onTestRunFinished: ({ sessions }: { sessions: TestSession[] }) => reportCounts("unit", sessions.map(countSession).reduce(add)),
};

const runner = await startTestRunner({
  config: { ...config, reporters: [defaultReporter(), counting] },
  argv: args,
  readFileConfig: false,
  autoExitProcess: false,
});
runner?.on("finished", () => void 0);
runner?.on("stopped", (passed) => {
  say(passed ? "Unit tests passed." : "Unit tests failed.");
  process.exit(passed ? 0 : 1);
});

/** A file that does not load, or has an error outside its tests, is one failure. */
function countSession({ testResults, passed, errors }: TestSession): Counts {
  const counts = testResults ? countSuite(testResults) : { passed: 0, failed: 0, skipped: 0 };
  const failedAsAFile = !passed && (counts.failed === 0 || errors.length > 0);
  return failedAsAFile ? { ...counts, failed: counts.failed + 1 } : counts;
}

function countSuite({ tests, suites }: TestSuiteResult): Counts {
  const own: Counts = {
    passed: tests.filter((test) => test.passed && !test.skipped).length,
    failed: tests.filter((test) => !test.passed && !test.skipped).length,
    skipped: tests.filter((test) => test.skipped).length,
  };
  return suites.map(countSuite).reduce(add, own);
}

function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
