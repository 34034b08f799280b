import { resolve4, resolve6 } from "node:dns/promises";
import { connect, type PeerCertificate } from "node:tls";

import { failed, ok, skipped, warning, type Check } from "../check.ts";
import { whyOf } from "../http-client.ts";

export const dns: Check = {
  id: "dns",
  title: "The name's addresses in DNS",
  async run({ domainAddress, http, options }) {
    const { hostname } = new URL(domainAddress);
    if (options.local) return skipped("A stack on this machine has no name.");
    if (http.isGiven(hostname)) return skipped(`The address of ${hostname} was given, so DNS was not asked.`);
    const [four, six] = await Promise.all([resolve4(hostname).catch(() => []), resolve6(hostname).catch(() => [])]);
    if (four.length + six.length === 0) {
      return failed(
        `DNS has no address for ${hostname}.`,
        `Add an A record for ${hostname} with the server's IPv4 address where the domain is managed, and wait until it is known.`,
      );
    }
    if (four.length === 0) {
      return warning(
        `${hostname} has an IPv6 address only.`,
        "Add an A record: calls send their media over IPv4, and not every visitor has IPv6.",
      );
    }
    return ok(`${hostname} is at ${[...four, ...six].join(" and ")}.`);
  },
};

/** Certificates are renewed when a third of their time is left; with less than this left, that has failed for a while. In ms. */
const SOON = (lifetime: number) => Math.min(14 * DAY, lifetime / 6);
const DAY = 24 * 60 * 60 * 1000;

export const tls: Check = {
  id: "tls",
  title: "The certificate",
  needs: ["dns"],
  async run(patient) {
    const { hostname, port, protocol } = new URL(await patient.homeserver());
    if (protocol === "http:") {
      return patient.options.local
        ? skipped("A stack on this machine speaks plain HTTP.")
        : failed(
            "The homeserver is not reached over TLS.",
            "Give it a certificate: browsers let no page use the microphone or encryption without one.",
          );
    }
    const seen = await new Promise<{ certificate: PeerCertificate; refusal?: string } | string>((resolve) => {
      const { lookup, ca } = patient.http;
      const socket = connect({
        host: hostname,
        port: Number(port || 443),
        servername: hostname,
        lookup,
        ca,
        rejectUnauthorized: false,
        timeout: 10_000,
      });
      socket.once("secureConnect", () => {
        const refusal = socket.authorized
          ? undefined
          : whyOf({ code: String(socket.authorizationError), message: String(socket.authorizationError) });
        resolve({ certificate: socket.getPeerCertificate(), refusal });
        socket.end();
      });
      socket.once("timeout", () => socket.destroy(new Error("no answer within 10 s")));
      socket.once("error", (error) => resolve(whyOf(error)));
    });
    if (typeof seen === "string") {
      return failed(
        `No TLS connection to ${hostname}: ${seen}.`,
        "See that Caddy runs (docker compose logs caddy), and that the firewall lets TCP 443 in.",
      );
    }
    const left = Date.parse(seen.certificate.valid_to) - Date.now();
    const days = Math.floor(left / DAY);
    if (left < 0) {
      return failed(
        `The certificate expired ${-days} days ago.`,
        "Caddy renews it by itself if TCP 80 and 443 are open and its log shows no error: docker compose logs caddy, then docker compose restart caddy.",
      );
    }
    if (seen.refusal) {
      return failed(
        `Browsers will not accept the certificate: ${seen.refusal}.`,
        "Let Caddy get one for just this name: the name in DNS has to be this server's, and TCP 80 and 443 open.",
      );
    }
    if (left < SOON(Date.parse(seen.certificate.valid_to) - Date.parse(seen.certificate.valid_from)))
      return warning(`The certificate ends in ${days} days and was not renewed.`, "Look for the reason in docker compose logs caddy.");
    return ok(days > 0 ? `It is good for ${days} days.` : `It is good for ${Math.floor((left / DAY) * 24)} hours.`);
  },
};

export const redirect: Check = {
  id: "http-redirect",
  title: "Plain HTTP leads to HTTPS",
  needs: ["dns"],
  async run(patient) {
    const url = new URL(await patient.homeserver());
    if (patient.options.local || url.protocol === "http:") return skipped("A stack on this machine speaks plain HTTP.");
    if (url.port) return skipped("The server is not on the usual ports.");
    const answer = await patient.http.request(`http://${url.hostname}/`).catch(whyOf);
    if (typeof answer === "string")
      return warning(`TCP 80: ${answer}.`, "Open TCP 80: certificates are renewed over it, and people type addresses without https.");
    const target = answer.headers.location ?? "";
    if (answer.status >= 300 && answer.status < 400 && target.startsWith("https://")) return ok("It does.");
    return warning(`http://${url.hostname}/ answers ${answer.status} and leads nowhere.`, "Let the web server redirect it to https.");
  },
};
