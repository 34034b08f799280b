// `npm run build:cdn`: the bundle that other sites load by one script tag, in dist/cdn.

import { buildCdn } from "../demo/stack/cdn-build.ts";

await buildCdn();
