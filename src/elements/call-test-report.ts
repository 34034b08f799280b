import type { CallTestState } from "../media/call-test-state.js";
import { figureWords, findingWords, testStepWords, testSummaryWords, testVerdictWords } from "./call-test-words.js";

export type ReportFormat = "text" | "json";

/**
 * What was seen, for whoever has to mend it. There is nothing in it but verdicts, figures and the browser's name: no account, room, device, address or token, since the state has none of them.
 */
export function testReport(state: CallTestState, format: ReportFormat, browser = navigator.userAgent): string {
  const at = new Date(state.startedAt ?? 0).toISOString();
  const { status, findings, stoppedByCall } = state;
  if (format === "json") {
    const steps = findings.map(({ step, verdict, reason, error, figures }) => ({ step, verdict, reason, error, figures }));
    return JSON.stringify({ report: "melo-call-test", version: 1, at, browser, status, stoppedByCall, steps }, null, 2);
  }
  const lines = findings.flatMap((finding) => {
    const { text, how = "" } = findingWords(finding);
    const figures = figureWords(finding.figures);
    const reason = finding.error ? `${finding.reason}, ${finding.error}` : finding.reason;
    return [
      `${testVerdictWords(finding.verdict)}: ${testStepWords(finding.step)} [${finding.step}: ${reason}]`,
      `  ${text}`,
      ...(how ? [`  → ${how}`] : []),
      ...(figures ? [`  ${figures}`] : []),
    ];
  });
  return [`melo-call-test, ${at}`, browser, testSummaryWords(state), "", ...lines, ""].join("\n");
}

/** Gives the browser the report as a file. */
export function downloadReport(report: string, format: ReportFormat): void {
  const type = format === "json" ? "application/json" : "text/plain";
  const url = URL.createObjectURL(new Blob([report], { type }));
  Object.assign(document.createElement("a"), { href: url, download: `call-test.${format === "json" ? "json" : "txt"}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
