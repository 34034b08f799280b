import { expect } from "@open-wc/testing";
import type { IDownloadKeyResult } from "matrix-js-sdk/lib/client.js";

import { DeviceGuard } from "../../src/crypto/device-guard.js";
import type { MeloError } from "../../src/internal/errors.js";

describe("DeviceGuard", () => {
  it("remembers the identity of a new device without asking the server", async () => {
    const { memory, client, check } = device({ isNew: true, own: "own" });
    await check();
    expect(memory.key).to.equal("own");
    expect(client.asked).to.equal(0);
  });

  it("lets the remembered identity pass, and asks nobody", async () => {
    const { client, check } = device({ remembered: "own", published: "other", own: "own" });
    await check();
    expect(client.asked).to.equal(0);
  });

  it("refuses a store with another identity than the remembered one, and keeps remembering that", async () => {
    const { memory, check } = device({ remembered: "first", own: "second" });
    expect(await code(check())).to.equal("store-lost");
    expect(memory.key).to.equal("first");
  });

  it("goes by the published key where nothing is remembered", async () => {
    expect(await code(device({ published: "first", own: "second" }).check())).to.equal("store-lost");
    const same = device({ published: "own", own: "own" });
    await same.check();
    expect(same.memory.key).to.equal("own");
  });

  it("lets a device pass that has published nothing yet", async () => {
    const { memory, check } = device({ own: "own" });
    await check();
    expect(memory.key).to.equal("own");
  });

  it("tells how the device starts", async () => {
    expect(await device({ isNew: true, own: "own" }).check()).to.equal("first");
    expect(await device({ own: "own" }).check()).to.equal("first");
    expect(await device({ own: "own", identity: true }).check()).to.equal("first-of-identity");
    expect(await device({ remembered: "own", own: "own" }).check()).to.equal("again");
  });

  it("does not guess when the server cannot be asked", async () => {
    const { memory, check } = device({ own: "own", offline: true });
    expect(await code(check())).to.equal("homeserver-unreachable");
    expect(memory.key).to.be.undefined;
  });
});

function device({
  remembered,
  published,
  own,
  identity = false,
  isNew = false,
  offline = false,
}: {
  remembered?: string;
  published?: string;
  own: string;
  identity?: boolean;
  isNew?: boolean;
  offline?: boolean;
}) {
  const memory = { key: remembered, load: async () => memory.key, save: async (key: string) => void (memory.key = key) };
  const client = {
    asked: 0,
    getSafeUserId: () => "@alice:example.org",
    getDeviceId: () => "D",
    async downloadKeysForUsers(): Promise<IDownloadKeyResult> {
      client.asked++;
      if (offline) throw new TypeError("Failed to fetch");
      const keys = published && { D: { user_id: "@alice:example.org", device_id: "D", algorithms: [], keys: { "ed25519:D": published } } };
      return {
        device_keys: { "@alice:example.org": keys || {} },
        master_keys: identity ? { "@alice:example.org": {} } : {},
      } as unknown as IDownloadKeyResult;
    },
  };
  const guard = new DeviceGuard({ client, memory, isNew });
  return { memory, client, check: () => guard.check({ getOwnDeviceKeys: async () => ({ ed25519: own, curve25519: "" }) }) };
}

function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "passed",
    (error: MeloError) => error.code,
  );
}
