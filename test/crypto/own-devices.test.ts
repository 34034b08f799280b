import { expect, waitUntil } from "@open-wc/testing";
import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { AccountDevices } from "../../src/crypto/own-devices.js";
import { MeloError } from "../../src/internal/errors.js";

const DAY = 24 * 60 * 60 * 1000;
const ALICE = "@alice:example.org";

describe("AccountDevices", () => {
  it("lists the current device first, then new ones, then those seen last, and says which are verified", async () => {
    const { devices } = await account({ known: ["HERE", "OLD", "PHONE", "BARE"] });
    expect(
      devices.state.devices.map(({ deviceId, trust, isCurrent, isInactive, isNew }) => [deviceId, trust, isCurrent, isInactive, isNew]),
    ).to.deep.equal([
      ["HERE", "verified", true, false, false],
      ["NEW", "unverified", false, false, true],
      ["PHONE", "verified", false, false, false],
      ["OLD", "unverified", false, true, false],
      ["BARE", "none", false, false, false],
    ]);
    expect(devices.state.devices[2]).to.include({ name: "Phone", ip: "203.0.113.9" });
    expect(() => structuredClone(devices.state)).not.to.throw();
  });

  it("knows every device of its first look, and calls only later ones new, until they are acknowledged or verified", async () => {
    const { client, server, devices } = await account();
    expect(fresh(devices)).to.deep.equal([]);
    server.devices.push({ device_id: "LATER" }, { device_id: "SOON" });
    server.keys.set("LATER", false).set("SOON", false);
    client.emit(CryptoEvent.DevicesUpdated, [ALICE], false);
    await waitUntil(() => fresh(devices).length === 2);
    await devices.acknowledge(["LATER"]);
    await devices.refresh();
    expect(fresh(devices)).to.deep.equal(["SOON"]);
    server.keys.set("SOON", true);
    await devices.refresh();
    expect(fresh(devices)).to.deep.equal([]);
  });

  it("listens to changes of its own account only, and not after it was disposed", async () => {
    const { client, server, devices } = await account();
    const before = server.asked;
    client.emit(CryptoEvent.DevicesUpdated, ["@bob:example.org"], false);
    expect(server.asked).to.equal(before);
    client.emit(CryptoEvent.DevicesUpdated, [ALICE], false);
    expect(server.asked).to.equal(before + 1);
    devices[Symbol.dispose]();
    for (const event of [CryptoEvent.DevicesUpdated, CryptoEvent.KeysChanged, ClientEvent.Sync] as const)
      expect(client.listenerCount(event)).to.equal(0);
  });

  it("renames at the server", async () => {
    const { server, devices } = await account();
    await devices.rename("PHONE", "Garden phone");
    expect(server.devices.find(({ device_id }) => device_id === "PHONE")?.display_name).to.equal("Garden phone");
    expect(devices.state.devices.find(({ deviceId }) => deviceId === "PHONE")?.name).to.equal("Garden phone");
  });

  it("drops a device that was gone when it was to be renamed", async () => {
    const { server, devices } = await account();
    server.devices = server.devices.filter(({ device_id }) => device_id !== "PHONE");
    expect(await codeOf(devices.rename("PHONE", "x"))).to.equal("unknown");
    await waitUntil(() => devices.state.devices.every(({ deviceId }) => deviceId !== "PHONE"));
  });

  it("signs out without a password where the server wants none", async () => {
    const { server, devices } = await account();
    await devices.signOut(["PHONE", "OLD"]);
    expect(server.devices.map(({ device_id }) => device_id)).to.deep.equal(["BARE", "HERE", "NEW"]);
    expect(devices.state.devices.map(({ deviceId }) => deviceId)).not.to.include("PHONE");
  });

  it("asks for the password, refuses a wrong one, and signs nobody out until it is right", async () => {
    const { server, devices } = await account({ flows: [{ stages: ["m.login.sso"] }, { stages: ["m.login.password"] }] });
    expect(await codeOf(devices.signOut(["PHONE"]))).to.equal("password-needed");
    expect(await codeOf(devices.signOut(["PHONE"], "wrong"))).to.equal("password-wrong");
    expect(server.devices).to.have.length(5);
    await devices.signOut(["PHONE"], "secret");
    expect(server.devices).to.have.length(4);
    expect(server.auth).to.deep.equal({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: ALICE },
      password: "secret",
      session: "s",
    });
    expect(JSON.stringify(devices.state)).not.to.include("secret");
  });

  it("says when the server takes no password", async () => {
    const { devices } = await account({ flows: [{ stages: ["m.login.sso"] }, { stages: ["m.login.password", "m.login.terms"] }] });
    expect(await codeOf(devices.signOut(["PHONE"], "secret"))).to.equal("proof-unsupported");
  });

  it("never signs the current device out", async () => {
    const { server, devices } = await account();
    expect(await codeOf(devices.signOut(["PHONE", "HERE"]))).to.equal("forbidden");
    expect(server.devices).to.have.length(5);
  });

  it("fails without a list, keeps a list that it has, and asks again when the server is back", async () => {
    const none = await account({ offline: true });
    expect(none.devices.state.status).to.equal("failed");
    expect(none.devices.state.error?.code).to.equal("offline");
    none.server.offline = false;
    none.client.emit(ClientEvent.Sync, "SYNCING", null);
    await waitUntil(() => none.devices.state.status === "ready");

    none.server.offline = true;
    expect(await codeOf(none.devices.refresh())).to.equal("offline");
    expect(none.devices.state).to.include({ status: "ready" });
    expect(none.devices.state.devices).to.have.length(5);
    expect(none.devices.state.error?.code).to.equal("offline");
  });

  it("asks once more when something changes while it is asking", async () => {
    const { server, devices } = await account();
    const before = server.asked;
    await Promise.all([devices.refresh(), devices.refresh(), devices.refresh()]);
    expect(server.asked).to.equal(before + 2);
  });
});

interface AccountOptions {
  readonly known?: readonly string[];
  readonly flows?: readonly object[];
  readonly offline?: boolean;
}

/** Five devices of Alice, as a server and a crypto store have them. */
async function account({ known, flows, offline = false }: AccountOptions = {}) {
  const now = Date.now();
  const server = {
    offline,
    asked: 0,
    auth: undefined as unknown,
    devices: [
      { device_id: "OLD", last_seen_ts: now - 91 * DAY },
      { device_id: "BARE" },
      { device_id: "PHONE", display_name: "Phone", last_seen_ts: now - DAY, last_seen_ip: "203.0.113.9" },
      { device_id: "HERE", last_seen_ts: now - 100 * DAY },
      { device_id: "NEW", last_seen_ts: now - 2 * DAY },
    ] as { device_id: string; display_name?: string; last_seen_ts?: number; last_seen_ip?: string }[],
    /** Of each device with keys, whether its owner signed it. */
    keys: new Map([
      ["OLD", false],
      ["PHONE", true],
      ["HERE", true],
      ["NEW", false],
    ]),
  };
  const client = Object.assign(new TypedEventEmitter(), {
    getSafeUserId: () => ALICE,
    getDeviceId: () => "HERE",
    async getDevices() {
      server.asked++;
      if (server.offline) throw new MeloError("offline", "offline");
      return { devices: server.devices.map((device) => ({ ...device })) };
    },
    async setDeviceDetails(deviceId: string, { display_name }: { display_name: string }) {
      const device = server.devices.find(({ device_id }) => device_id === deviceId);
      if (!device) throw refusal(404, {});
      device.display_name = display_name;
    },
    async deleteMultipleDevices(deviceIds: string[], auth?: { password?: string }) {
      server.auth = auth;
      if (flows && auth?.password !== "secret") throw refusal(401, { session: "s", flows, errcode: auth && "M_FORBIDDEN" });
      server.devices = server.devices
        .filter(({ device_id }) => !deviceIds.includes(device_id))
        .sort((a, b) => a.device_id.localeCompare(b.device_id));
    },
  });
  const crypto = {
    getUserDeviceInfo: async () => new Map([[ALICE, new Map([...server.keys.keys()].map((id) => [id, {}]))]]),
    getDeviceVerificationStatus: async (_user: string, id: string) => ({ signedByOwner: server.keys.get(id) }),
  };
  let kept = known;
  const memory = { load: async () => kept, save: async (ids: readonly string[]) => void (kept = ids) };
  const toError = (error: unknown) => MeloError.from(error);
  const devices = new AccountDevices({ client, crypto, memory, toError } as unknown as ConstructorParameters<typeof AccountDevices>[0]);
  await waitUntil(() => devices.state.status !== "loading");
  return { client, server, devices };
}

function refusal(httpStatus: number, data: object): Error {
  return Object.assign(new Error(String(httpStatus)), { httpStatus, data });
}

function fresh({ state }: AccountDevices): string[] {
  return state.devices.filter(({ isNew }) => isNew).map(({ deviceId }) => deviceId);
}

async function codeOf(action: Promise<void>): Promise<string> {
  return action.then(
    () => "none",
    ({ code }: MeloError) => code,
  );
}
