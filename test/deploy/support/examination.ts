import { readFile } from "node:fs/promises";

import { CHECKS } from "../../../deploy/examination/checks/all.ts";
import { examine, type Result } from "../../../deploy/examination/examine.ts";
import { Patient } from "../../../deploy/examination/patient.ts";
import { HOST, RESOLVE, type NativeDeployment } from "./native.ts";

export const DOCTOR = { user: "doctor", password: "a password for the doctor" } as const;

/** The deployment as the doctor sees it. */
export async function patientOf(deployment: NativeDeployment, options: { readonly trustAuthority?: boolean } = {}): Promise<Patient> {
  return new Patient({
    target: `${HOST}:${deployment.port}`,
    account: DOCTOR,
    configuration: deployment.configuration,
    ca: options.trustAuthority === false ? undefined : await readFile(deployment.authorityFile, "utf8"),
    resolve: RESOLVE,
  });
}

/** Has the doctor look at everything, and answers with what is neither well nor left out for a good reason. */
export async function bad(deployment: NativeDeployment, options: { readonly trustAuthority?: boolean } = {}): Promise<Result[]> {
  const patient = await patientOf(deployment, options);
  try {
    const results = await examine(patient, CHECKS, { begin: () => {}, end: () => {} });
    return results.filter(({ verdict }) => verdict === "failed" || verdict === "warning");
  } finally {
    await patient.release();
  }
}
