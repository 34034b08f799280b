import { expect } from "@open-wc/testing";

import { CallChoices, type ChoiceMemory } from "../../src/media/call-choices.js";

function memory() {
  const kept = new Map<string, unknown>();
  const choices: ChoiceMemory = {
    load: async <T>(name: string) => kept.get(name) as T | undefined,
    save: async (name, value) => void kept.set(name, structuredClone(value)),
  };
  return { kept, open: async () => choices };
}

async function saved(kept: Map<string, unknown>): Promise<void> {
  while (kept.size === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("what a visitor chose for calls", () => {
  it("is there again in the next page", async () => {
    const { kept, open } = memory();
    const before = new CallChoices(open);
    await before.load();
    before.setDevice("speaker", "headset");
    before.setHearing("@ben:example.org", { volume: 1.5 });
    before.settings = { pushToTalk: true };
    await saved(kept);
    const after = new CallChoices(open);
    await after.load();
    expect(after.device("speaker")).to.equal("headset");
    expect(after.device("camera")).to.equal("default");
    expect(after.hearing("@ben:example.org")).to.deep.equal({ volume: 1.5, muted: false });
    expect(after.settings).to.deep.equal({ pushToTalk: true });
  });

  it("keeps nothing of people who are heard as they come, whatever they are called", async () => {
    const { kept, open } = memory();
    const choices = new CallChoices(open);
    choices.setHearing("__proto__", { muted: true });
    expect(choices.hearing("__proto__")).to.deep.equal({ volume: 1, muted: true });
    expect(choices.hearing("constructor")).to.deep.equal({ volume: 1, muted: false });
    choices.setHearing("__proto__", { muted: false });
    await saved(kept);
    expect(kept.get("choices")).to.deep.equal({ people: {} });
  });

  it("holds for the page where nothing can be kept", async () => {
    const choices = new CallChoices(() => Promise.reject(new Error("no storage")));
    await choices.load();
    choices.setDevice("camera", "front");
    expect(choices.device("camera")).to.equal("front");
  });
});
