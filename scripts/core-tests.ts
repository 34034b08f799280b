/**
 * The end-to-end files that `npm test` runs: of every capability the way that most people go, and the refusals that must never be lost. All others (each fault, each interruption, each further client) come with
 * `npm run test:all`, which takes twice as long as a test of every change may.
 */
export const CORE: ReadonlySet<string> = new Set([
  "call-ciphertext",
  "call-element-call",
  "call-own-side",
  "call-presence",
  "call-refusals",
  "drop-in",
  "encryption-health",
  "foreign-client",
  "hostile-html",
  "identity",
  "loader",
  "many-tabs",
  "people",
  "recovery",
  "reload",
  "sign-in",
  "token-api",
  "token-api-discovery",
  "two-people",
  "verification",
  "verification-nio",
  "voice-page",
]);
