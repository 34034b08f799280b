import { esbuildPlugin } from "@web/dev-server-esbuild";
import { playwrightLauncher } from "@web/test-runner-playwright";

import { CHROMIUM_FLAGS, ensureChromium } from "./scripts/chromium.ts";
import { prebundle } from "./scripts/prebundle.ts";

const bundled = await prebundle();

/** @type {import("@web/test-runner").TestRunnerConfig} */
export default {
  files: ["test/**/*.test.ts", "!test/e2e/**", "!test/deploy/**"],
  nodeResolve: { browser: true },
  mimeTypes: { "**/*.wasm": "application/wasm" },
  plugins: [
    { name: "prebundled", resolveImport: ({ source }) => bundled.get(source) },
    esbuildPlugin({ ts: true, target: "es2022", tsconfig: new URL("tsconfig.json", import.meta.url).pathname }),
  ],
  browsers: [playwrightLauncher({ concurrency: 2, launchOptions: { executablePath: await ensureChromium(), args: CHROMIUM_FLAGS } })],
  testFramework: { config: { timeout: 30_000 } },
  testsFinishTimeout: 240_000,
  coverageConfig: { include: ["src/**/*"] },
  filterBrowserLogs: ({ args }) => !String(args[0]).includes("Lit is in dev mode"),
};
