// `npm run bench:join [-- --runs 5]`: time from the click that joins to hearing the other who is in the call already: melo in a host's page against a minimal page of the bare SDKs that does the
// same work (membership, token, connection, media keys, microphone). Both pages are signed in and have synchronised; each has joined once before, so that all code is there.

import { after, it } from "node:test";
import { parseArgs } from "node:util";

import type { Page } from "playwright-core";

import { say } from "../scripts/progress.mjs";
import { CallPage } from "../test/e2e/support/call-page.ts";
import { openCaller } from "../test/e2e/support/caller-browser.ts";
import { environment } from "../test/e2e/support/environment.ts";
import { ForeignPeer } from "../test/e2e/support/foreign-peer.ts";
import { register } from "../test/e2e/support/homeserver.ts";
import { until } from "../test/e2e/support/until.ts";
import { figures, median, ms } from "./figures.ts";

const GOAL = 1.1;
const KINDS = ["melo", "bare"] as const;
type Kind = (typeof KINDS)[number];

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" } }, strict: false });
const runs = Number(values.runs);
const times: Record<Kind, number[]> = { melo: [], bare: [] };

it("joins as fast as the bare SDKs", async () => {
  const { homeserver } = await environment();
  const [alice, bare, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bare"), register(homeserver, "bob")]);
  const browsers = await Promise.all([
    openCaller({ tone: 440, colour: "red" }),
    openCaller({ tone: 830, colour: "blue" }),
    openCaller({ tone: 610, colour: "green" }),
  ]);
  const host = await ForeignPeer.open(browsers[2], bob);
  const melo = await CallPage.signedIn(browsers[0], alice);
  const plain = await ForeignPeer.open(browsers[1], bare);
  const room = await host.createRoom("Measured", [alice.userId, bare.userId]);
  await Promise.all([melo.enter(room), plain.joinRoom(room)]);
  await melo.roomCall(room); // shown on the page, as whoever clicks sees it
  await host.join({ roomId: room, camera: false });
  await melo.roomCallIs(room, "with one in it", ({ members }) => members.length === 1);

  for (let run = -1; run < runs; run++) {
    for (const kind of run % 2 === 0 ? KINDS : KINDS.toReversed()) {
      const time = kind === "melo" ? await joinMelo(melo.page, room) : await joinBare(plain.page, room);
      if (kind === "melo") await melo.leave();
      else await plain.leave();
      await melo.roomCallIs(room, "with one in it", ({ members }) => members.length === 1);
      await until("silence", async () => (await openConnections(kind === "melo" ? melo.page : plain.page)) === 0);
      if (run < 0) say(`Before, ${kind}: ${ms(time)}`);
      else {
        times[kind].push(time);
        say(`Run ${run + 1} of ${runs}, ${kind}: ${ms(time)}`);
      }
    }
  }
});

after(() => {
  if (times.bare.length < runs) return;
  const ratio = median(times.melo) / median(times.bare);
  say(`\nFrom the click to hearing the other, median of ${runs}:`);
  for (const kind of KINDS) say(`  ${kind}  ${figures(times[kind])}`);
  say(`  ratio ${ratio.toFixed(2)} (goal: at most ${GOAL.toFixed(1)}; ${ratio <= GOAL ? "met" : "missed"})`);
});

function joinMelo(page: Page, room: string): Promise<number> {
  return page.evaluate(async (id) => {
    const begin = performance.now();
    const joined = window.chatSession!.calls.join(id);
    for (;;) {
      const sounds = await window.e2eConnections.incoming();
      if (sounds.some(({ kind, samples, concealed }) => kind === "audio" && samples - concealed > 480)) break;
      if (performance.now() - begin > 60_000) throw new Error("Nothing was heard.");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const time = performance.now() - begin;
    await joined;
    return time;
  }, room);
}

function joinBare(page: Page, room: string): Promise<number> {
  return page.evaluate(async (roomId) => {
    const begin = performance.now();
    const joined = window.foreignCaller.join({ roomId, camera: false });
    for (;;) {
      const sounds = await window.e2eConnections.incoming();
      if (sounds.some(({ kind, samples, concealed }) => kind === "audio" && samples - concealed > 480)) break;
      if (performance.now() - begin > 60_000) throw new Error("Nothing was heard.");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const time = performance.now() - begin;
    await joined;
    return time;
  }, room);
}

function openConnections(page: Page): Promise<number> {
  return page.evaluate(() => window.e2eConnections.open());
}
