import { expect } from "@open-wc/testing";
import { CryptoEvent, type BootstrapCrossSigningOpts, type CryptoEventHandlerMap } from "matrix-js-sdk/lib/crypto-api/index.js";
import { TypedEventEmitter } from "matrix-js-sdk/lib/models/typed-event-emitter.js";

import { CrossSigning } from "../../src/crypto/cross-signing.js";

describe("CrossSigning", () => {
  it("creates the identity of an account that has none", async () => {
    const { server, crossSigning } = account();
    await crossSigning.ensure();
    expect(crossSigning.state.status).to.equal("ready");
    expect(server.identity).to.equal("identity 1");
  });

  it("never replaces an identity: without its keys the state is missing", async () => {
    const { server, crossSigning } = account({ identity: "elsewhere" });
    await crossSigning.ensure();
    expect(crossSigning.state.status).to.equal("missing");
    expect(server.identity).to.equal("elsewhere");
  });

  it("replaces an identity that nobody can use any more, when told so", async () => {
    const { server, crossSigning } = account({ identity: "orphaned", wantsPassword: true });
    await crossSigning.replaceOrphan("secret");
    expect(server.identity).to.equal("identity 1");
    await crossSigning.ensure();
    expect(crossSigning.state.status).to.equal("ready");
  });

  it("never replaces an identity that another device or a recovery key can vouch with", async () => {
    for (const vouching of ["device", "recovery key"] as const) {
      const { server, crossSigning } = account({ identity: "elsewhere", vouching });
      await crossSigning.replaceOrphan("secret");
      expect(server.identity).to.equal("elsewhere");
    }
  });

  it("leaves the first identity to the start", async () => {
    const { server, store, crossSigning } = account();
    await crossSigning.replaceOrphan("secret");
    expect(server.identity).to.equal(undefined);
    expect(store.bootstraps).to.equal(0);
  });

  it("publishes anew what an earlier start could not publish", async () => {
    const { server, store, crossSigning } = account();
    store.identity = "unpublished";
    store.signed = true;
    await crossSigning.ensure();
    expect(crossSigning.state.status).to.equal("ready");
    expect(server.identity).to.equal("identity 1");
  });

  it("signs the device where an earlier start was cut off before that", async () => {
    const { store, crossSigning } = account({ identity: "own" });
    store.identity = "own";
    store.hasKeys = true;
    await crossSigning.ensure();
    expect(crossSigning.state.status).to.equal("ready");
    expect(store.bootstraps).to.equal(0);
  });

  it("answers with the password where the server wants one, and is missing without", async () => {
    const without = account({ wantsPassword: true });
    await without.crossSigning.ensure();
    expect(without.crossSigning.state.status).to.equal("missing");
    const withOne = account({ wantsPassword: true });
    await withOne.crossSigning.ensure({ password: "secret" });
    expect(withOne.crossSigning.state.status).to.equal("ready");
    expect(withOne.server.auth).to.deep.equal({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "@alice:example.org" },
      password: "secret",
      session: "s",
    });
  });

  it("stays unknown and rejects when the server cannot be asked, and can be asked again", async () => {
    const { server, crossSigning } = account();
    server.offline = true;
    const outcome = await crossSigning.ensure().catch((error: Error) => error.message);
    expect(outcome).to.equal("offline");
    expect(crossSigning.state.status).to.equal("unknown");
    server.offline = false;
    await crossSigning.ensure();
    expect(crossSigning.state.status).to.equal("ready");
  });

  it("runs once for calls at the same time", async () => {
    const { store, crossSigning } = account();
    await Promise.all([crossSigning.ensure(), crossSigning.ensure()]);
    expect(store.bootstraps).to.equal(1);
  });

  it("notices that another device vouches for this one, until disposed", async () => {
    const { client, store, crossSigning } = account({ identity: "elsewhere" });
    await crossSigning.ensure();
    store.signed = true;
    const changed = new Promise<void>((resolve) => crossSigning.subscribe(resolve));
    client.emit(CryptoEvent.DevicesUpdated, ["@alice:example.org"], false);
    await changed;
    expect(crossSigning.state.status).to.equal("ready");
    crossSigning.dispose();
    expect(client.listenerCount(CryptoEvent.DevicesUpdated)).to.equal(0);
  });
});

interface AccountOptions {
  identity?: string;
  wantsPassword?: boolean;
  vouching?: "device" | "recovery key";
}

function account({ identity, wantsPassword = false, vouching }: AccountOptions = {}) {
  const userId = "@alice:example.org";
  const signedDevice = { device_id: "OTHER", signatures: { [userId]: { "ed25519:ssk": "signature" } } };
  const server = { identity, offline: false, auth: undefined as unknown };
  const store = { identity: undefined as string | undefined, hasKeys: false, signed: false, bootstraps: 0 };
  const client = Object.assign(new TypedEventEmitter<CryptoEvent, CryptoEventHandlerMap>(), {
    getSafeUserId: () => "@alice:example.org",
    getDeviceId: () => "D",
    async downloadKeysForUsers() {
      if (server.offline) throw new Error("offline");
      return {
        device_keys: { [userId]: { D: { device_id: "D" }, ...(vouching === "device" ? { OTHER: signedDevice } : {}) } },
        failures: {},
        master_keys: server.identity ? { [userId]: {} } : {},
        self_signing_keys: server.identity ? { [userId]: { keys: { "ed25519:ssk": "ssk" } } } : {},
      } as never;
    },
    getAccountDataFromServer: async () => (vouching === "recovery key" ? { key: "id" } : null) as never,
  });
  const crypto = {
    async bootstrapCrossSigning({ authUploadDeviceSigningKeys }: BootstrapCrossSigningOpts) {
      store.bootstraps++;
      Object.assign(store, { identity: `identity ${store.bootstraps}`, hasKeys: true });
      await authUploadDeviceSigningKeys!(async (auth) => {
        server.auth = auth;
        if (wantsPassword && !auth)
          throw Object.assign(new Error("401"), { httpStatus: 401, data: { session: "s", flows: [{ stages: ["m.login.password"] }] } });
        server.identity = store.identity;
      });
      store.signed = true;
    },
    async crossSignDevice() {
      store.signed = true;
    },
    async userHasCrossSigningKeys() {
      if (server.identity !== store.identity) Object.assign(store, { identity: server.identity, hasKeys: false, signed: false });
      return store.identity !== undefined;
    },
    async getCrossSigningStatus() {
      const cached = { masterKey: store.hasKeys, selfSigningKey: store.hasKeys, userSigningKey: store.hasKeys };
      return { publicKeysOnDevice: true, privateKeysInSecretStorage: false, privateKeysCachedLocally: cached };
    },
    getDeviceVerificationStatus: async () => ({ signedByOwner: store.signed }) as never,
  };
  return { server, store, client, crossSigning: new CrossSigning(client, crypto) };
}
