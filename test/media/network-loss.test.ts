import { expect, waitUntil } from "@open-wc/testing";

import { watchNetworkLoss } from "../../src/media/network-loss.js";

describe("watchNetworkLoss", () => {
  const real = window.fetch;
  let online = true;
  let answers = true;
  let life: AbortController;
  let told: boolean[];

  beforeEach(() => {
    [online, answers, life, told] = [true, true, new AbortController(), []];
    Object.defineProperty(navigator, "onLine", { configurable: true, get: () => online });
    window.fetch = async (input) => {
      expect(input).to.equal("https://sfu.example.org/rtc");
      if (!answers) throw new TypeError("Failed to fetch");
      return new Response();
    };
    watchNetworkLoss({ address: () => "wss://sfu.example.org/rtc", onChange: (isLost) => told.push(isLost), signal: life.signal });
  });
  afterEach(() => {
    life.abort();
    window.fetch = real;
    Reflect.deleteProperty(navigator, "onLine");
  });

  function become(state: boolean): void {
    online = state;
    window.dispatchEvent(new Event(state ? "online" : "offline"));
  }

  it("tells that the network is gone, and that it is back", async () => {
    answers = false;
    become(false);
    await waitUntil(() => told.length === 1);
    become(true);
    await waitUntil(() => told.length === 2, "back", { timeout: 5_000 });
    expect(told).to.deep.equal([true, false]);
  });

  it("says nothing where the SFU answers without a network, or the network is back already", async () => {
    become(false);
    await settled();
    answers = false;
    become(false);
    online = true;
    await settled();
    expect(told).to.deep.equal([]);
  });

  it("says nothing after the end", async () => {
    answers = false;
    life.abort();
    become(false);
    await settled();
    expect(told).to.deep.equal([]);
  });

  async function settled(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
