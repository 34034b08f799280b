import { failed, ok, skipped, warning, type Check } from "../check.ts";
import { jsonOf, whyOf } from "../http-client.ts";
import { serviceUrl } from "../patient.ts";

export const clientDiscovery: Check = {
  id: "wellknown-client",
  title: "What clients are told at /.well-known/matrix/client",
  needs: ["dns", "tls"],
  async run(patient) {
    const where = `${patient.domainAddress}/.well-known/matrix/client`;
    const answer = await patient.wellKnown().catch(whyOf);
    if (typeof answer === "string")
      return failed(
        `${where}: ${answer}.`,
        "The host of the domain itself has to answer there: see “A website is there already” in deploy/README.md.",
      );
    const remedy = `Let ${where} answer with what Caddy answers on the server's own host (deploy/run/Caddyfile), as JSON.`;
    if (answer.status !== 200) return failed(`${where} answers ${answer.status}.`, remedy);
    const content = jsonOf(answer);
    const base = (content?.["m.homeserver"] as { base_url?: unknown } | undefined)?.base_url;
    if (!content) return failed(`${where} is no JSON.`, remedy);
    if (typeof base !== "string" || !URL.canParse(base)) return failed(`${where} names no homeserver.`, remedy);
    const answers = await patient.http
      .request(`${base.replace(/\/+$/, "")}/_matrix/client/versions`)
      .then(({ status }) => (status === 200 ? "" : `it answers ${status}`), whyOf);
    if (answers)
      return failed(
        `${where} names ${base}, and no homeserver is there: ${answers}.`,
        `Set m.homeserver.base_url to the homeserver's own address. ${remedy}`,
      );
    if (answer.headers["access-control-allow-origin"] !== "*") {
      return failed(
        `Pages of other sites may not read ${where}: Access-Control-Allow-Origin is missing.`,
        "Send the header Access-Control-Allow-Origin: * with it.",
      );
    }
    if (!patient.options.local && !serviceUrl(content["org.matrix.msc4143.rtc_foci"])) {
      return warning(
        "It names no service for calls (org.matrix.msc4143.rtc_foci).",
        "Newer clients ask the homeserver, older ones look here: add what deploy/run/Caddyfile has.",
      );
    }
    return ok(`It names ${base}.`);
  },
};

export const serverDiscovery: Check = {
  id: "wellknown-server",
  title: "What other servers are told at /.well-known/matrix/server",
  needs: ["dns", "tls"],
  async run(patient) {
    if (patient.options.local) return skipped("A stack on this machine has no other servers to talk to.");
    const where = `${patient.domainAddress}/.well-known/matrix/server`;
    const answer = await patient.http.follow(where).catch(whyOf);
    const remedy = `Let ${where} answer with what Caddy answers on the server's own host (deploy/run/Caddyfile).`;
    if (typeof answer === "string") return failed(`${where}: ${answer}.`, remedy);
    const server = jsonOf(answer)?.["m.server"];
    if (answer.status !== 200 || typeof server !== "string" || !/^[\w.:[\]-]+$/.test(server))
      return failed(`${where} names no server.`, remedy);
    const version = await patient.http
      .request(`https://${server}/_matrix/federation/v1/version`)
      .then(({ status }) => (status === 200 ? "" : `it answers ${status}`), whyOf);
    if (version) return failed(`${where} names ${server}, and no homeserver is there: ${version}.`, remedy);
    return ok(`It names ${server}.`);
  },
};
