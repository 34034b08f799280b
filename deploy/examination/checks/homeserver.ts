import { setTimeout as delay } from "node:timers/promises";

import { failed, ok, skipped, warning, type Check, type Finding } from "../check.ts";
import { jsonOf, whyOf, type Answer } from "../http-client.ts";
import type { Patient } from "../patient.ts";
import { serviceUrl } from "../patient.ts";

/** The first Synapse without the eleven advisories of 2026. */
const SAFE_SYNAPSE = [1, 157, 2] as const;

export const homeserver: Check = {
  id: "homeserver",
  title: "The homeserver and its version",
  needs: ["dns", "tls"],
  async run(patient) {
    const address = await patient.homeserver();
    const answer = await patient.versions().catch(whyOf);
    const look = "Look at docker compose ps and docker compose logs synapse.";
    if (typeof answer === "string") return failed(`${address}: ${answer}.`, look);
    if (answer.status !== 200 || !Array.isArray(jsonOf(answer)?.["versions"]))
      return failed(`${address}/_matrix/client/versions answers ${answer.status} and no versions.`, look);
    const software = jsonOf(await patient.http.request(`${address}/_matrix/federation/v1/version`).catch(() => answer))?.["server"] as
      | { name?: string; version?: string }
      | undefined;
    if (software?.name !== "Synapse" || !software.version) return ok("It answers.");
    if (isOlder(software.version, SAFE_SYNAPSE)) {
      return warning(
        `It is Synapse ${software.version}, which has known holes.`,
        `Upgrade to ${SAFE_SYNAPSE.join(".")} or newer: deploy/README.md, “Upgrading”.`,
      );
    }
    return ok(`Synapse ${software.version}.`);
  },
};

/** A feature that the homeserver says it has. */
function feature(id: string, title: string, flag: string, without: (reason: string) => Finding): Check {
  return {
    id,
    title,
    needs: ["homeserver"],
    async run(patient) {
      const features = jsonOf(await patient.versions())?.["unstable_features"] as Record<string, unknown> | undefined;
      return features?.[flag] === true ? ok("The homeserver has it.") : without(`The homeserver does not offer ${flag}.`);
    },
  };
}

export const delayedEvents = feature(
  "delayed-events",
  "Delayed events (MSC4140), by which crashed visitors leave calls",
  "org.matrix.msc4140",
  (reason) =>
    failed(
      `${reason} Whoever crashes in a call stays in it for hours.`,
      "Set max_event_delay_duration: 24h in homeserver.yaml (deploy/init does) and restart Synapse.",
    ),
);

export const stickyEvents = feature("sticky-events", "Sticky events (MSC4354)", "org.matrix.msc4354", (reason) =>
  warning(
    `${reason} Calls use state events instead.`,
    "Set experimental_features.msc4354_enabled: true in homeserver.yaml (deploy/init does).",
  ),
);

export const slidingSync = feature("sliding-sync", "Sliding sync", "org.matrix.simplified_msc3575", (reason) =>
  warning(`${reason} Large accounts start slowly.`, "Upgrade Synapse to 1.114 or newer."),
);

export const rtcTransports: Check = {
  id: "rtc-transports",
  title: "What the homeserver says of how calls are carried (MSC4143)",
  needs: ["homeserver"],
  async run(patient) {
    const address = `${await patient.homeserver()}/_matrix/client/unstable/org.matrix.msc4143/rtc/transports`;
    const answer = await patient.http.request(address);
    const remedy =
      "Set experimental_features.msc4143_enabled: true and matrix_rtc.transports in homeserver.yaml (deploy/init does) and restart Synapse.";
    if (answer.status === 404) return failed("The homeserver does not know how calls are carried: it has no rtc/transports.", remedy);
    const visitor = await patient.visitor().catch(() => undefined);
    if (!visitor) return ok("It says so to people who are signed in.");
    const url = serviceUrl(await patient.transports());
    return url ? ok(`By LiveKit, with tokens from ${url}.`) : failed("The homeserver lists no LiveKit service.", remedy);
  },
};

export const registration: Check = {
  id: "registration",
  title: "Who may register",
  needs: ["homeserver"],
  async run(patient) {
    if (patient.options.local) return skipped("A stack on this machine lets everybody register.");
    const answer = await patient.http.request(`${await patient.homeserver()}/_matrix/client/v3/register`, { method: "POST", body: {} });
    const content = jsonOf(answer);
    if (answer.status === 403) return ok("Nobody: accounts are made on the server.");
    if (answer.status === 429) return warning("The homeserver is asked too often to say so.", "Run the doctor again in a minute.");
    const flows = (content?.["flows"] ?? []) as { stages?: string[] }[];
    const HARD = ["m.login.registration_token", "m.login.email.identity", "m.login.msisdn", "m.login.recaptcha"];
    if (answer.status === 401 && flows.length > 0 && flows.every(({ stages = [] }) => stages.some((stage) => HARD.includes(stage)))) {
      return ok("Whoever has a token, or can be asked for more than a name.");
    }
    return failed(
      "Everybody may register, programs included.",
      "Set enable_registration: false, or registration_requires_token: true, in homeserver.yaml (deploy/init --registration closed, or token). Open servers are used for spam within days.",
    );
  },
};

export const adminApi: Check = {
  id: "admin-api",
  title: "The admin API is not on the internet",
  needs: ["homeserver"],
  async run(patient) {
    if (patient.options.local) return skipped("A stack on this machine is not on the internet.");
    const answer = await patient.http.request(`${await patient.homeserver()}/_synapse/admin/v1/server_version`);
    if (answer.status === 404 || answer.status === 403) return ok("It is not reached from outside.");
    return warning(
      `/_synapse/admin answers ${answer.status} to everybody.`,
      "Let the web server pass on /_matrix and /_synapse/client only, as deploy/run/Caddyfile does.",
    );
  },
};

const CLOCK_WARNING = 5;
const CLOCK_FAILURE = 30;

export const clock: Check = {
  id: "clock",
  title: "The server's clock",
  needs: ["homeserver"],
  async run(patient) {
    const before = Date.now();
    const { headers } = await patient.http.request(`${await patient.homeserver()}/_matrix/client/versions`);
    const here = (before + Date.now()) / 2;
    const there = Date.parse(headers.date ?? "");
    if (Number.isNaN(there)) return skipped("The server does not say what time it is.");
    const off = Math.round(Math.abs(there - here) / 1000);
    const remedy = "Let the server's clock be set by itself: timedatectl set-ntp true. (If it is right, this machine's is wrong.)";
    if (off > CLOCK_FAILURE) return failed(`It is ${off} s off. Tokens for calls and certificates are refused then.`, remedy);
    if (off > CLOCK_WARNING) return warning(`It is ${off} s off.`, remedy);
    return ok("It is right.");
  },
};

/** What joining a call asks of a homeserver at once: the membership, its delayed leave put off a few times, a message or two. */
const BURST = 12;
/** After so long the limits of deploy/init allow as much again, in ms. Twice that is within what a check may take. */
const REST = 25_000;

export const limits: Check = {
  id: "limits",
  title: "Rate limits leave room for calls",
  needs: ["homeserver", "account"],
  async run(patient) {
    const visitor = await patient.visitor();
    if (!visitor) return noAccount;
    const room = encodeURIComponent(visitor.roomId);
    const many = Array.from({ length: BURST }, (_, index) => index);
    const atOnce = async (ask: (index: number) => Promise<Answer>) =>
      (await Promise.all(many.map(ask))).filter(({ status }) => status === 429).length;
    // An examination just before this one may have used up what there is; a limit that is too low is still too low after a pause.
    const refusedOf = async (ask: (index: number) => Promise<Answer>) => {
      if ((await atOnce(ask)) === 0) return 0;
      await delay(REST);
      return atOnce(ask);
    };
    const refused = {
      messages: await refusedOf((index) =>
        visitor.call("PUT", `/_matrix/client/v3/rooms/${room}/state/org.melo.doctor/${index}`, { index }),
      ),
      delayed: await refusedOf(() =>
        visitor.call("POST", "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/none", { action: "restart" }),
      ),
    };
    if (refused.messages > 0) {
      return failed(
        `Of ${BURST} events at once, ${refused.messages} were refused: people cannot join calls reliably.`,
        "Set rc_message to per_second: 0.5 and burst_count: 30 or more in homeserver.yaml (deploy/init does).",
      );
    }
    if (refused.delayed > 0) {
      return failed(
        `Of ${BURST} times that a leave was put off at once, ${refused.delayed} were refused: people drop out of calls.`,
        "Set rc_delayed_event_mgmt to per_second: 1 and burst_count: 20 or more in homeserver.yaml (deploy/init does).",
      );
    }
    return ok(`${BURST} events at once, and as many delayed leaves, were accepted.`);
  },
};

export const noAccount: Finding = skipped(
  "It needs an account: name one by --user, and its password by --password-file or MELO_DOCTOR_PASSWORD.",
);

export const account: Check = {
  id: "account",
  title: "Signing in with the account for the examination",
  needs: ["homeserver"],
  async run(patient: Patient) {
    try {
      const visitor = await patient.visitor();
      return visitor ? ok(`${visitor.userId} is signed in.`) : noAccount;
    } catch (error) {
      return failed(
        `It cannot sign in: ${whyOf(error)}.`,
        "Check --user and the password. Too many wrong ones lock the account for a while.",
      );
    }
  },
};

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split(/[.+-]/).map(Number);
  for (const [index, part] of than.entries()) {
    const own = parts[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
