import { say } from "../../scripts/progress.mjs";
import type { StackInfo } from "./stack.ts";

/** Tells a person what is there and who can sign in. */
export function printStack({ homeserver, livekit, users, rooms, stateFolder }: StackInfo): void {
  say("");
  say(`  Homeserver   ${homeserver}`);
  say(
    livekit
      ? `  Calls        ${livekit.tokenService} (tokens), ${livekit.url} (LiveKit)`
      : "  Calls        none: LiveKit is missing (see above)",
  );
  for (const { userId, password } of users) say(`  Sign in      ${userId}   ${password}`);
  for (const { alias, encrypted } of rooms) say(`  Room         ${alias}   ${encrypted ? "encrypted" : "not encrypted"}`);
  say(`  Kept in      ${stateFolder} (start with --fresh to forget it)`);
  say("");
  say("  Ctrl-C ends everything.");
}
