import { failed, ok, type Check } from "../check.ts";
import { headerOf, whyOf, type Answer, type HttpClient } from "../http-client.ts";

const ORIGIN = "https://doctor.invalid";

export const cors: Check = {
  id: "cors",
  title: "Pages of other sites may use the homeserver (CORS)",
  needs: ["homeserver"],
  async run(patient) {
    const address = `${await patient.homeserver()}/_matrix/client/v3/sync`;
    return preflight(await ask(patient.http, address), "the homeserver", ["authorization"]);
  },
};

export const tokenApiCors: Check = {
  id: "token-api-cors",
  title: "Pages of other sites may use the token API (CORS)",
  needs: ["token-api"],
  async run(patient) {
    for (const path of ["/sfu/get", "/get_token", "/delegate_delayed_leave"]) {
      const finding = preflight(await ask(patient.http, `${await patient.tokenApi()}${path}`), `the token API's ${path}`, ["content-type"]);
      if (finding.verdict !== "ok") return finding;
    }
    return ok("All three endpoints say so.");
  },
};

async function ask(http: HttpClient, address: string): Promise<Answer | string> {
  return http
    .request(address, {
      method: "OPTIONS",
      headers: { origin: ORIGIN, "access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type" },
    })
    .catch(whyOf);
}

function preflight(answer: Answer | string, whom: string, needed: readonly string[]) {
  const remedy =
    "Let the web server pass the Access-Control headers of what is behind it on, and add none of its own: deploy/run/Caddyfile does.";
  if (typeof answer === "string") return failed(`No answer from ${whom}: ${answer}.`, "See that it runs: docker compose ps.");
  const allowed = headerOf(answer, "access-control-allow-origin");
  if (allowed !== "*" && allowed !== ORIGIN)
    return failed(
      `Browsers will not let pages of other sites use ${whom}: Access-Control-Allow-Origin is ${allowed ? `"${allowed}"` : "missing"}.`,
      remedy,
    );
  const headers = headerOf(answer, "access-control-allow-headers").toLowerCase();
  const missing = needed.filter((name) => !headers.includes(name) && headers !== "*");
  if (missing.length > 0 || answer.status >= 300)
    return failed(`Browsers will not let pages send ${missing.join(", ") || "anything"} to ${whom}: it answers ${answer.status}.`, remedy);
  return ok("They may.");
}
