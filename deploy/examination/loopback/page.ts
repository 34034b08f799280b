// The doctor's page, in a browser that the doctor has started: sends media to the SFU and back as <melo-call-test> does, and tells the doctor what came of it.

import { setLogLevel } from "livekit-client";

import { MeloError } from "../../../src/internal/errors.js";
import { loopback } from "../../../src/media/loopback.js";
import type { WayReport, Work } from "./exchange.ts";

setLogLevel("silent");
const code = document.querySelector<HTMLMetaElement>("meta[name=code]")!.content;
const post = (path: string, body: object) => fetch(path, { method: "POST", body: JSON.stringify(body) });

const { access, ways } = (await (await post("/work", { code })).json()) as Work;
for (const way of ways) {
  const report: Omit<WayReport, "code"> = await loopback({ access, way, signal: new AbortController().signal }).then(
    (result) => ({ way, result }),
    (error: unknown) => ({ way, error: MeloError.from(error).code }),
  );
  await post("/result", { code, ...report });
}
