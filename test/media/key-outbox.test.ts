import { expect, waitUntil } from "@open-wc/testing";

import type { DeviceOf } from "../../src/media/device-trust.js";
import { KeyOutbox } from "../../src/media/key-outbox.js";

const BOB = { userId: "@bob:hs", deviceId: "BOB" };
const EVE = { userId: "@eve:hs", deviceId: "EVE" };
const TYPE = "io.element.call.encryption_keys";

function setUp() {
  const sent: string[] = [];
  const withheld: string[][] = [];
  const admitted = new Set(["BOB"]);
  const unreachable = new Set<string>();
  let present: readonly DeviceOf[] = [BOB, EVE];
  let changed = (): void => {};
  const outbox = new KeyOutbox({
    send: async (_type, devices, content) => {
      if (devices.some(({ deviceId }) => unreachable.has(deviceId))) throw new Error("one of them cannot be reached");
      sent.push(...devices.map(({ deviceId }) => `${deviceId} ${String(content["index"])}`));
    },
    trust: {
      isAdmitted: async ({ deviceId }) => admitted.has(deviceId),
      meet: async () => {},
      onChange: (listener) => (changed = listener),
    },
    present: () => present,
    onWithheld: (devices) => withheld.push(devices.map(({ deviceId }) => deviceId)),
  });
  const setPresent = (devices: readonly DeviceOf[]): void => void (present = devices);
  return { outbox, sent, withheld, admitted, unreachable, setPresent, change: () => changed() };
}

describe("KeyOutbox", () => {
  it("gives keys to devices that their owners have signed, and tells who gets none", async () => {
    const { outbox, sent, withheld } = setUp();
    await outbox.send(TYPE, [BOB, EVE], { index: 0 });
    expect(sent).to.deep.equal(["BOB 0"]);
    expect(withheld.at(-1)).to.deep.equal(["EVE"]);
    outbox[Symbol.dispose]();
  });

  it("gives the newest key to a device once it is signed", async () => {
    const { outbox, sent, withheld, admitted, change } = setUp();
    await outbox.send(TYPE, [BOB, EVE], { index: 0 });
    await outbox.send(TYPE, [BOB, EVE], { index: 1 });
    admitted.add("EVE");
    change();
    await waitUntil(() => sent.length === 3);
    expect(sent).to.deep.equal(["BOB 0", "BOB 1", "EVE 1"]);
    expect(withheld.at(-1)).to.deep.equal([]);
    outbox[Symbol.dispose]();
  });

  it("gives none to a device that has left meanwhile", async () => {
    const { outbox, sent, admitted, change, setPresent } = setUp();
    await outbox.send(TYPE, [BOB, EVE], { index: 0 });
    setPresent([BOB]);
    admitted.add("EVE");
    change();
    await outbox.send(TYPE, [BOB], { index: 1 });
    expect(sent).to.deep.equal(["BOB 0", "BOB 1"]);
    outbox[Symbol.dispose]();
  });

  it("does not let one device that cannot be reached keep the key from the others, and goes on trying", async () => {
    const { outbox, sent, admitted, unreachable } = setUp();
    admitted.add("EVE");
    unreachable.add("EVE");
    await outbox.send(TYPE, [BOB, EVE], { index: 0 });
    expect(sent).to.deep.equal(["BOB 0"]);
    unreachable.clear();
    await waitUntil(() => sent.length === 2, undefined, { timeout: 5_000 });
    expect(sent[1]).to.equal("EVE 0");
    outbox[Symbol.dispose]();
  });

  it("sends nothing after its end", async () => {
    const { outbox, sent } = setUp();
    outbox[Symbol.dispose]();
    await outbox.send(TYPE, [BOB], { index: 0 });
    expect(sent).to.deep.equal([]);
  });
});
