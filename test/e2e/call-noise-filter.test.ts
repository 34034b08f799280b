// The noise filter, through a real call: one visitor sits beside a fan, another one speaks; each hears what the other's filter lets through.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import type { CallSettings } from "../../src/media/calls-state.js";
import { CallPage } from "./support/call-page.ts";
import { listen, openCaller } from "./support/caller-browser.ts";
import { environment } from "./support/environment.ts";
import { register } from "./support/homeserver.ts";
import { until } from "./support/until.ts";

/** In dB of full scale: what is louder is heard, what is quieter is silence with a rest of noise. */
const HEARD = -35;
const QUIET = -42;

describe("the noise filter", () => {
  let noisy: CallPage;
  let speaker: CallPage;

  before(async () => {
    const { homeserver } = await environment();
    const [alice, bob] = await Promise.all([register(homeserver, "alice"), register(homeserver, "bob")]);
    [noisy, speaker] = await Promise.all([
      openCaller({ tone: "noise", colour: "red" }).then((context) => CallPage.signedIn(context, alice)),
      openCaller({ tone: "voice", colour: "green" }).then((context) => CallPage.signedIn(context, bob)),
    ]);
    const room = await noisy.createVoiceChannel({ name: "Workshop", invite: [bob.userId] });
    await speaker.enter(room);
    for (const page of [noisy, speaker]) {
      await page.act("configure", { noiseSuppression: false, echoCancellation: false, autoGainControl: false, sounds: false });
      await page.show("melo-call", room);
      await page.join(room);
    }
    await level("the fan", speaker, (loudest) => loudest > HEARD);
    await level("the voice", noisy, (loudest) => loudest > HEARD);
  });

  it("takes the noise away, and lets it through again when it is switched off", async (test) => {
    const before = (await listen(speaker.page)).loudest;
    await filter(noisy, true);
    const after = await level("no fan", speaker, (loudest) => loudest < QUIET);
    test.diagnostic(`${Math.round(before)} dB before, ${Math.round(after)} dB after`);
    await filter(noisy, false);
    await level("the fan again", speaker, (loudest) => loudest > HEARD);
  });

  it("lets a voice through", async (test) => {
    const before = (await listen(noisy.page)).loudest;
    await filter(speaker, true);
    await listen(noisy.page); // what was on its way without the filter
    const after = (await listen(noisy.page, 3000)).loudest;
    test.diagnostic(`${Math.round(before)} dB before, ${Math.round(after)} dB after`);
    assert.ok(after > HEARD, `${after} dB`);
  });

  it("is changed while the microphone is off, and nothing gets out; back on, the visitor is heard", async () => {
    const talking = await energy(speaker);
    await listen(noisy.page, 3000);
    assert.ok((await energy(speaker)) - talking > 1e-3, "what is sent is counted");
    await speaker.act("setMicrophone", false);
    await level("silence", noisy, (loudest) => loudest < QUIET);
    await silence();
    await filter(speaker, false);
    await silence();
    await filter(speaker, true);
    await silence();
    await speaker.act("setMicrophone", true);
    await level("the voice", noisy, (loudest) => loudest > HEARD);
    await filter(speaker, true);
    await speaker.act("setMicrophone", false);
    await level("silence", noisy, (loudest) => loudest < QUIET);
    await speaker.act("setMicrophone", true);
    await level("the voice", noisy, (loudest) => loudest > HEARD);
  });

  it("that cannot be loaded leaves the visitor heard, and says so", async () => {
    await filter(noisy, false);
    const context = noisy.page.context();
    const { roomId: room } = (await speaker.calls()).call!;
    await noisy.leave();
    await noisy.page.close();
    await context.route(/rnnoise/, (route) => route.abort());
    noisy = await CallPage.reopened(context);
    await noisy.show("melo-call", room);
    await noisy.show("melo-device-picker", room);
    await noisy.join(room);
    await noisy.act("configure", { noiseFilter: true });
    await noisy.callIs("without the filter", ({ microphone }) => microphone.noiseFilter === "failed");
    await noisy.chat.says(/You are heard without it/);
    await level("the fan", speaker, (loudest) => loudest > HEARD);
  });

  async function filter(page: CallPage, noiseFilter: boolean): Promise<void> {
    await page.act("configure", { noiseFilter } satisfies Partial<CallSettings>);
    const { microphone } = (await page.calls()).call!;
    if (microphone.status === "on")
      await page.callIs(
        noiseFilter ? "filtered" : "unfiltered",
        ({ microphone: source }) => (source.noiseFilter === "on") === noiseFilter && source.noiseFilter !== "starting",
      );
  }

  /** Nothing is given to the connection for some seconds: who listens would not tell, since a muted voice is not played. */
  async function silence(): Promise<void> {
    const before = await energy(speaker);
    await listen(noisy.page, 3000);
    const sent = (await energy(speaker)) - before;
    assert.ok(sent < 1e-6, `an energy of ${sent} was sent`);
  }

  /** What the microphone has given to its connection so far, as `totalAudioEnergy` of the connection's statistics counts it. */
  async function energy({ page }: CallPage): Promise<number> {
    return page.evaluate(async () => {
      const reports = await Promise.all(window.e2eConnections.senders().map((sender) => sender.getStats()));
      const entries = reports.flatMap((report) => [...report.values()] as { type: string; totalAudioEnergy?: number }[]);
      return entries.reduce((sum, { type, totalAudioEnergy = 0 }) => (type === "media-source" ? sum + totalAudioEnergy : sum), 0);
    });
  }

  /** Waits until what a page plays is that loud. */
  async function level(what: string, page: CallPage, passes: (loudest: number) => boolean): Promise<number> {
    return until(what, async () => {
      const { loudest } = await listen(page.page);
      if (passes(loudest)) return loudest;
      throw new Error(`${loudest} dB`);
    });
  }
});
