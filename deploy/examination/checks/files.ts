import { failed, ok, skipped, warning, type Check, type Finding } from "../check.ts";
import { headerOf, jsonOf, whyOf, type Answer } from "../http-client.ts";
import type { Patient } from "../patient.ts";

async function filesAddress(patient: Patient): Promise<string> {
  return (patient.options.files ?? `${await patient.homeserver()}/melo/`).replace(/\/*$/, "/");
}

const MISSING =
  "See that the web server has melo's files (dist/cdn) below /melo/, as deploy/run/Caddyfile says; name another place by --files.";

export const meloFiles: Check = {
  id: "files",
  title: "melo's files",
  needs: ["tls"],
  async run(patient) {
    const address = `${await filesAddress(patient)}melo.js`;
    const answer = await patient.http.request(address).catch(whyOf);
    if (typeof answer === "string") return failed(`${address}: ${answer}.`, MISSING);
    if (answer.status !== 200) return failed(`${address} answers ${answer.status}.`, MISSING);
    const type = headerOf(answer, "content-type");
    if (!/^(text|application)\/javascript/.test(type))
      return failed(
        `${address} is sent as ${type || "nothing in particular"}: browsers run no module of that type.`,
        "Send .js files as text/javascript.",
      );
    const cache = headerOf(answer, "cache-control");
    if (/immutable|max-age=[1-9]\d{4}/.test(cache))
      return failed(
        `${address} is kept by browsers (${cache}), so that no upgrade reaches them.`,
        "Send melo.js with Cache-Control: no-cache.",
      );
    return otherSites(answer, address) ?? ok("They are there, and other sites may use them.");
  },
};

export const wasm: Check = {
  id: "wasm",
  title: "The encryption code (WebAssembly): type, compression, caching",
  needs: ["files"],
  async run(patient) {
    const base = await filesAddress(patient);
    const list = jsonOf(await patient.http.request(`${base}integrity.json`));
    const name = Object.keys(list ?? {}).find((file) => /crypto.*\.wasm$/.test(file));
    if (!name) return failed(`${base}integrity.json names no WebAssembly.`, MISSING);
    const address = `${base}${name}`;
    const answer = await patient.http.request(address, { headers: { "accept-encoding": "br, gzip" } });
    if (answer.status !== 200) return failed(`${address} answers ${answer.status}.`, MISSING);
    const type = headerOf(answer, "content-type");
    if (type !== "application/wasm")
      return failed(
        `It is sent as ${type || "nothing in particular"}: browsers do not compile it (wasm-mime).`,
        "Send .wasm files as application/wasm.",
      );
    const others = otherSites(answer, address);
    if (others) return others;
    const encoding = headerOf(answer, "content-encoding");
    const megabytes = (answer.body.length / 1e6).toFixed(1);
    if (encoding !== "br") {
      return warning(
        `It is sent ${encoding ? `as ${encoding}` : "uncompressed"}: ${megabytes} MB for every new visitor.`,
        "Send the ready-made .wasm.br beside it (Caddy: file_server { precompressed br }).",
      );
    }
    if (!/immutable/.test(headerOf(answer, "cache-control"))) {
      return warning(
        "Browsers ask for it again at every visit.",
        "Send files with a hash in their names with Cache-Control: public, max-age=31536000, immutable.",
      );
    }
    return ok(`application/wasm, ${megabytes} MB in Brotli, kept by browsers.`);
  },
};

function otherSites({ headers }: Answer, address: string): Finding | undefined {
  if (headers["access-control-allow-origin"]) return undefined;
  return failed(
    `Other sites may not use ${address}: Access-Control-Allow-Origin is missing.`,
    "Send melo's files with Access-Control-Allow-Origin: *.",
  );
}

export const securityHeaders: Check = {
  id: "security-headers",
  title: "The security headers of the server's own page",
  needs: ["tls"],
  async run(patient) {
    if (patient.options.local) return skipped("The pages of a stack on this machine have none.");
    const address = `${await patient.homeserver()}/`;
    const answer = await patient.http.request(address);
    const { status, headers } = answer;
    if (status >= 300) return skipped(`${address} answers ${status}: there is no page.`);
    const problems: string[] = [];
    const policy = headerOf(answer, "content-security-policy");
    if (!policy) problems.push("no Content-Security-Policy");
    else if (/script-src[^;]*'unsafe-(inline|eval)'/.test(policy) || !/script-src|default-src/.test(policy))
      problems.push("a Content-Security-Policy that lets any script run");
    else if (!policy.includes("'wasm-unsafe-eval'"))
      problems.push("a Content-Security-Policy without 'wasm-unsafe-eval', under which melo cannot start");
    const permissions = headerOf(answer, "permissions-policy");
    if (!permissions) problems.push("no Permissions-Policy");
    else if (/(camera|microphone)=\(\)/.test(permissions))
      problems.push("a Permissions-Policy that takes the camera or the microphone away");
    if (headers["x-content-type-options"] !== "nosniff") problems.push("no X-Content-Type-Options: nosniff");
    if (!headers["cross-origin-opener-policy"]) problems.push("no Cross-Origin-Opener-Policy");
    if (!headers["strict-transport-security"]) problems.push("no Strict-Transport-Security");
    if (problems.length === 0) return ok("All are there.");
    return warning(`${address} has ${problems.join(", ")}.`, "Send the headers that deploy/run/Caddyfile has for the server's own page.");
  },
};
