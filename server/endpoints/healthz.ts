import type { Context } from "../access.ts";
import type { Endpoint } from "../endpoint.ts";
import { reasonOf } from "../log.ts";

/** `GET /healthz` → 200 if this service can do its work: the SFU answers and accepts its key, and pending leaves can be kept. Else 503 with what is wrong. */
export function healthz({ sfu, leaves, log }: Context): Endpoint {
  return {
    method: "GET",
    path: "/healthz",
    bodyLimit: 0,
    forBrowsers: false,
    async handle() {
      const state = async (name: string, check: Promise<void>): Promise<"ok" | "failed"> =>
        check.then(
          () => "ok" as const,
          (error: unknown) => {
            log("warn", "unhealthy", { part: name, reason: reasonOf(error) });
            return "failed" as const;
          },
        );
      const [media, store] = await Promise.all([state("sfu", sfu.check()), state("store", leaves.check())]);
      return { status: media === "ok" && store === "ok" ? 200 : 503, body: { sfu: media, store } };
    },
  };
}
