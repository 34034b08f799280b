import { MeloError } from "../internal/errors.js";

/** LiveKit's worker for frames, a file of its own: bundlers copy it and put its address here. */
const address = (): URL => new URL("livekit-client/e2ee-worker", import.meta.url);

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/**
 * Starts the worker that encrypts and decrypts frames. Browsers start no worker from another origin, so where melo comes from a CDN a small script of this page imports it
 * (`worker-src blob:` and the CDN in a Content Security Policy). Throws `call-encryption-failed` where the page's policy forbids workers.
 */
export function startEncryptionWorker(): Worker {
  const source = address();
  try {
    if (source.origin === location.origin) return new Worker(trusted(source.href), { type: "module" });
    const script = URL.createObjectURL(new Blob([`import ${JSON.stringify(source.href)};`], { type: "text/javascript" }));
    setTimeout(() => URL.revokeObjectURL(script), 30_000); // the browser reads it some time after this function has returned
    return new Worker(trusted(script), { type: "module" });
  } catch (cause) {
    throw new MeloError("call-encryption-failed", "The worker that encrypts the call could not be started.", { cause });
  }
}

/** Pages that enforce Trusted Types have to allow the policy `melo`. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  policy ??= trustedTypes.createPolicy("melo", { createScriptURL: (text) => text });
  return policy.createScriptURL(url);
}
let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;
