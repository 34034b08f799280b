import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the deployment's own files say. */
export interface Configuration {
  readonly livekit: {
    readonly keys?: Readonly<Record<string, string>>;
    readonly room?: { readonly auto_create?: boolean };
  };
  /** The token API's environment. */
  readonly tokenApi: Readonly<Record<string, string>>;
}

/** Reads deploy/run. @throws if the files are not there or cannot be read. */
export function readConfiguration(folder: string): Configuration {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const lines = read("token-api.env")
    .split("\n")
    .filter((line) => /^[A-Z_]+=/.test(line));
  return {
    livekit: JSON.parse(read("livekit.yaml").replace(/^#.*$/gm, "")) as Configuration["livekit"],
    tokenApi: Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])),
  };
}
