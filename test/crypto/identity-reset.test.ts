import { expect } from "@open-wc/testing";

import { IdentityReset, type ResetClient, type ResetCrypto } from "../../src/crypto/identity-reset.js";
import type { MeloError } from "../../src/internal/errors.js";

describe("IdentityReset", () => {
  it("asks for the password, and touches nothing before the server has accepted it", async () => {
    const { reset, server } = account();
    expect(await codeOf(reset.run(undefined, never))).to.equal("password-needed");
    expect(await codeOf(reset.run("wrong", never))).to.equal("password-wrong");
    expect(server.log.filter((entry) => !entry.startsWith("upload"))).to.deep.equal(["restore"]);
    await reset.run("rhubarb", never);
    expect(server.log.slice(-8)).to.deep.equal([
      "upload taken",
      "import",
      "sign",
      "default key null",
      "drop m.cross_signing.master",
      "drop m.secret_storage.key.old",
      "new backup",
      "done",
    ]);
    expect(server.begun).to.equal(undefined);
  });

  it("goes on with the same keys after it was cut off, so that the server wants no second proof", async () => {
    const { reset, server } = account();
    server.failsAt = "import";
    expect(await codeOf(reset.run("rhubarb", never))).to.equal("none of melo's");
    expect(server.log).not.to.include("default key null");
    expect(await reset.isLost()).to.equal(false);
    server.failsAt = undefined;
    await reset.run(undefined, never);
    expect(server.made).to.equal(1);
    expect(server.log.at(-1)).to.equal("done");
  });

  it("asks for the approval on the server's page, and never sends the visitor to an address that runs code", async () => {
    const { reset, server } = account();
    server.stage = "m.oauth";
    server.url = "javascript:alert(1)";
    expect(await codeOf(reset.run(undefined, never))).to.equal("proof-unsupported");
    server.url = "https://account.example.org/";
    const asked: string[] = [];
    expect(await codeOf(reset.run(undefined, (url) => asked.push(url)))).to.equal("approval-needed");
    expect(asked).to.deep.equal(["https://account.example.org/"]);
    server.allowed = true;
    await reset.run(undefined, never);
    expect(server.log).to.include("upload taken");
  });

  it("at the next start: finishes what the server took, forgets what it did not take, and knows when the keys are gone", async () => {
    const first = account();
    first.server.begun = "never taken";
    await first.reset.resume();
    expect(first.server.begun).to.equal(undefined);
    expect(first.server.log).to.deep.equal([]);

    const second = account();
    Object.assign(second.server, { begun: "M1", master: "M1" });
    await second.reset.resume();
    expect(second.server.log.at(-1)).to.equal("done");

    const third = account();
    Object.assign(third.server, { begun: "M1", master: "M1", holds: false });
    await third.reset.resume();
    expect(third.server.log).to.deep.equal([]);
    expect(await third.reset.isLost()).to.equal(true);
  });

  it("begins no backup where its owner wants none, and deletes all that there are", async () => {
    const { reset, server } = account();
    server.data.set("m.key_backup", { enabled: false });
    await reset.run("rhubarb", never);
    expect(server.log).not.to.include("new backup");
    expect(server.backup).to.equal(undefined);
  });
});

/** A device and its server, of a few lines. */
function account() {
  const server = {
    log: [] as string[],
    data: new Map<string, object>([["m.secret_storage.default_key", { key: "old" }]]),
    stored: new Set(["m.cross_signing.master"]),
    stage: "m.login.password",
    url: "",
    allowed: false,
    master: "M0",
    holds: true,
    made: 0,
    backup: "1" as string | undefined,
    begun: undefined as string | undefined,
    failsAt: undefined as string | undefined,
  };
  const step = (name: string): void => {
    if (server.failsAt === name) throw new Error(name);
    server.log.push(name);
  };
  const upload = ({ master, auth }: { master: string; auth?: { password?: string } }): void => {
    if (server.master === master || server.allowed || auth?.password === "rhubarb") {
      server.master = master;
      return step("upload taken");
    }
    step("upload refused");
    const params = { [server.stage]: { url: server.url } };
    throw Object.assign(new Error("401"), { httpStatus: 401, data: { session: "s", flows: [{ stages: [server.stage] }], params } });
  };
  const client = {
    getSafeUserId: () => "@alice:example.org",
    getDeviceId: () => "D",
    getAccountDataFromServer: async (type: string) => server.data.get(type) ?? null,
    downloadKeysForUsers: async () => ({ master_keys: { "@alice:example.org": { keys: { id: server.master } } } }),
    http: {
      async authedRequest(_method: string, path: string, _query: unknown, body: Parameters<typeof upload>[0]) {
        if (path.startsWith("/keys")) return upload(body);
        if (!server.backup) throw Object.assign(new Error("none"), { errcode: "M_NOT_FOUND", httpStatus: 404 });
        return { version: server.backup };
      },
    },
    secretStorage: {
      getDefaultKeyId: async () => "old",
      setDefaultKeyId: async () => step("default key null"),
      isStored: async (name: string) => (server.stored.has(name) ? { old: {} } : null),
      store: async (name: string) => step(`drop ${name}`),
    },
  } as unknown as ResetClient;
  const crypto = {
    olmMachine: {
      async importCrossSigningKeys() {
        step("import");
        return { hasMaster: true, hasSelfSigning: true, hasUserSigning: true };
      },
    },
    crossSignDevice: async () => step("sign"),
    userHasCrossSigningKeys: async () => true,
    isKeyBackupTrusted: async () => ({ matchesDecryptionKey: true, trusted: true }),
    restoreKeyBackup: async () => step("restore"),
    resetKeyBackup: async () => step("new backup"),
    deleteKeyBackupVersion: async () => void (server.backup = undefined),
    getCrossSigningStatus: async () => ({
      privateKeysCachedLocally: { masterKey: server.holds, selfSigningKey: server.holds, userSigningKey: server.holds },
    }),
    getDeviceVerificationStatus: async () => ({ signedByOwner: server.holds }),
  } as unknown as ResetCrypto;
  const memory = { load: async () => server.begun, save: async (masterKey: string | undefined) => void (server.begun = masterKey) };
  const create = async () => {
    const masterKey = `M${++server.made}`;
    return { upload: { master: masterKey }, masterKey, secrets: ["a", "b", "c"] as const };
  };
  const reset = new IdentityReset({ client, crypto, memory, create, onDone: async () => step("done") });
  return { server, reset };
}

function never(): void {
  throw new Error("asked for an approval");
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "none",
    ({ code }: MeloError) => code ?? "none of melo's",
  );
}
