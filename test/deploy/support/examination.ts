import { createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

import { CHECKS } from "../../../deploy/examination/checks/all.ts";
import { examine, type Result } from "../../../deploy/examination/examine.ts";
import { Patient } from "../../../deploy/examination/patient.ts";
import { HOST, RESOLVE, type NativeDeployment } from "./native.ts";

export interface DoctorAccount {
  readonly user: string;
  readonly password: string;
}

export const DOCTOR: DoctorAccount = { user: "doctor", password: "a password for the doctor" };

/** An account that nobody has examined with: the limits of a deployment are for people, who do so less often. Made as Synapse's own script does. */
export async function freshDoctor(deployment: NativeDeployment): Promise<DoctorAccount> {
  const user = `doctor-${randomBytes(6).toString("hex")}`;
  const address = `${deployment.homeserver}/_synapse/admin/v1/register`;
  const { nonce } = (await (await fetch(address)).json()) as { nonce: string };
  const mac = createHmac("sha1", (await deployment.env).SECRET_REGISTRATION)
    .update([nonce, user, DOCTOR.password, "notadmin"].join("\0"))
    .digest("hex");
  const answer = await fetch(address, {
    method: "POST",
    body: JSON.stringify({ nonce, username: user, password: DOCTOR.password, admin: false, mac }),
  });
  if (!answer.ok) throw new Error(`no account was made: ${answer.status}`);
  return { user, password: DOCTOR.password };
}

interface ExaminationOptions {
  readonly trustAuthority?: boolean;
  readonly account?: DoctorAccount;
  /** Whether a browser sends media as well, which takes about twenty seconds. */
  readonly media?: boolean;
}

/** The deployment as the doctor sees it. */
export async function patientOf(deployment: NativeDeployment, options: ExaminationOptions = {}): Promise<Patient> {
  return new Patient({
    target: `${HOST}:${deployment.port}`,
    account: options.account ?? DOCTOR,
    configuration: deployment.configuration,
    ca: options.trustAuthority === false ? undefined : await readFile(deployment.authorityFile, "utf8"),
    resolve: RESOLVE,
  });
}

/** Has the doctor look at everything (media in a browser only where that is said), and answers with what is neither well nor left out for a good reason. */
export async function bad(deployment: NativeDeployment, options: ExaminationOptions = {}): Promise<Result[]> {
  const patient = await patientOf(deployment, options);
  try {
    const checks = options.media ? CHECKS : CHECKS.filter(({ id }) => !id.startsWith("loopback-"));
    const results = await examine(patient, checks, { begin: () => {}, end: () => {} });
    return results.filter(({ verdict }) => verdict === "failed" || verdict === "warning");
  } finally {
    await patient.release();
  }
}
