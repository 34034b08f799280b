import { failed, skipped, type Check, type Finding } from "./check.ts";
import { whyOf } from "./http-client.ts";
import type { Patient } from "./patient.ts";

/** One check and what it found. */
export interface Result extends Finding {
  readonly id: string;
  readonly title: string;
  /** In ms. */
  readonly took: number;
}

export interface Progress {
  begin(check: Check): void;
  end(result: Result): void;
}

/** How long one check may take, in ms. */
const LIMIT = 60_000;

/** Makes all checks, one after the other. What a failed one would only repeat is skipped. */
export async function examine(patient: Patient, checks: readonly Check[], progress: Progress): Promise<Result[]> {
  const results: Result[] = [];
  for (const check of checks) {
    progress.begin(check);
    const begin = performance.now();
    const finding = await findingOf(check, patient, results);
    const result = { id: check.id, title: check.title, ...finding, took: Math.round(performance.now() - begin) };
    results.push(result);
    progress.end(result);
  }
  return results;
}

async function findingOf(check: Check, patient: Patient, results: readonly Result[]): Promise<Finding> {
  const cause = results.find(({ id, verdict }) => verdict === "failed" && check.needs?.includes(id));
  if (cause) return skipped(`It cannot be looked at before “${cause.title}” is mended.`);
  const behind = results.find(
    ({ id, verdict, reason }) => verdict === "skipped" && reason.startsWith("It cannot be looked at") && check.needs?.includes(id),
  );
  if (behind) return skipped(behind.reason);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Finding>((resolve) => {
    timer = setTimeout(
      () =>
        resolve(
          failed(`It took longer than ${LIMIT / 1000} s.`, "Run the doctor again; if it stays like this, look at the load of the server."),
        ),
      LIMIT,
    );
  });
  try {
    return await Promise.race([check.run(patient), limit]);
  } catch (error) {
    return failed(`It could not be looked at: ${whyOf(error)}.`, "See that all parts run: docker compose ps.");
  } finally {
    clearTimeout(timer);
  }
}
