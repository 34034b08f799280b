import { readFile } from "node:fs/promises";

/** Where the things are that the page takes from elsewhere. Each is an origin, without a trailing slash. */
export interface DropInOrigins {
  /** Of the built CDN bundle: `melo.js` is at its root. */
  readonly cdn: string;
  readonly homeserver: string;
}

export interface DropInPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A site that takes melo from a CDN, as strict as a site can be: nothing but that one script, `'wasm-unsafe-eval'` for the encryption code,
 * and Trusted Types. `account` is shown in the footer, so that a visitor of the demo can sign in.
 */
export async function dropInPage(
  origins: DropInOrigins,
  room: string,
  account: { readonly username: string; readonly password: string },
): Promise<DropInPage> {
  const values: Record<string, string> = { ...origins, room, ...account };
  const template = await readFile(new URL("drop-in.html", import.meta.url), "utf8");
  const html = template.replace(/%(\w+)%/g, (whole, name: string) => escape(values[name] ?? whole));
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": securityPolicy(origins),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
  return { html, headers };
}

function securityPolicy({ cdn, homeserver }: DropInOrigins): string {
  return [
    "default-src 'none'",
    `script-src ${cdn} 'wasm-unsafe-eval'`,
    "style-src 'self'",
    `connect-src ${homeserver} ${cdn}`,
    "img-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html dompurify melo",
  ].join("; ");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
