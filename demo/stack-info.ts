import type { StackInfo } from "./stack/stack.ts";
import type { Village } from "./stack/village.ts";

/** What the pages know of the backend that was started with them. Names and passwords of this machine's own demo server only. */
export type DemoStack = Pick<StackInfo, "homeserver" | "serverName" | "portBase" | "users" | "rooms"> & {
  /** Address of the service that gives access to calls; missing where there are none. */
  readonly tokenService?: string;
  /** A space with voice channels; missing where there are no calls. */
  readonly village?: Village;
};

/** Asks the server of these pages what runs beside it. */
export async function fetchStack(): Promise<DemoStack> {
  const response = await fetch("/stack.json");
  if (!response.ok) throw new Error(`/stack.json answers ${response.status}`);
  return (await response.json()) as DemoStack;
}
