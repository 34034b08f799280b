import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome"];
const PLACES = [
  ...["Google Chrome", "Chromium", "Microsoft Edge"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  ...["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((name) => {
    const folder = process.env[name];
    return folder ? [join(folder, "Google/Chrome/Application/chrome.exe")] : [];
  }),
];

/** Path of an installed Chrome or Chromium: what `CHROME_PATH` names, else one of `PATH`, else one of the usual places. */
export function findBrowser(environment: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const named = environment["CHROME_PATH"];
  if (named) return isProgram(named) ? named : undefined;
  const folders = (environment["PATH"] ?? "").split(delimiter).filter(Boolean);
  const endings = process.platform === "win32" ? [".exe"] : [""];
  const inPath = NAMES.flatMap((name) => folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))));
  return [...inPath, ...PLACES].find(isProgram);
}

export interface BrowserOptions {
  /** Addresses to take for hosts, instead of what DNS says. */
  readonly resolve: Readonly<Record<string, string>>;
  /** Keys of certificates to trust that no public authority has signed: base64 of the SHA-256 of the SPKI. */
  readonly trusted: readonly string[];
  /** Whether the SFU is at a loopback address. */
  readonly loopback: boolean;
}

/** A browser without a window, with a profile that nobody has used and nobody will. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #ended: Promise<void>;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    this.#ended = new Promise((resolve) => process.once("exit", () => resolve()));
  }

  /** Opens a page by posting `code` to `address`: neither the command line nor an address has it. @throws if the program cannot be started. */
  static async open(program: string, address: string, code: string, options: BrowserOptions): Promise<Browser> {
    // A browser of a snap sees no /tmp but its own. The folder is readable by its owner alone.
    const folder = await mkdtemp(join(program.startsWith("/snap/") ? homedir() : tmpdir(), "melo-doctor-"));
    try {
      const start = join(folder, "start.html");
      const form = `<form method="post" action="${address}"><input type="hidden" name="code" value="${code}"></form>`;
      await writeFile(start, `<!doctype html><meta charset="utf-8">${form}<script>document.forms[0].submit()</script>`, { mode: 0o600 });
      const child = spawn(program, [...flags(folder, options), start], { stdio: "ignore" });
      await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
      return new Browser(child, folder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Settles when the browser has gone. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  async close(): Promise<void> {
    this.#process.kill("SIGTERM");
    const insist = setTimeout(() => this.#process.kill("SIGKILL"), 3_000);
    await this.#ended;
    clearTimeout(insist);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function flags(folder: string, { resolve, trusted, loopback }: BrowserOptions): string[] {
  const rules = Object.entries(resolve).map(([host, address]) => `MAP ${host} ${address}`);
  return [
    "--headless=new",
    `--user-data-dir=${join(folder, "profile")}`,
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream", // the page asks for no device, and could not have a real one
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), // Chrome does not start otherwise
    ...(loopback ? ["--allow-loopback-in-peer-connection"] : []),
    ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join(",")}`] : []),
    ...(trusted.length > 0 ? [`--ignore-certificate-errors-spki-list=${trusted.join(",")}`] : []),
  ];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
