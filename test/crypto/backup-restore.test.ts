import { expect } from "@open-wc/testing";
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import { ConnectionError, MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";

import { BackupRestore, type KeptRestore } from "../../src/crypto/backup-restore.js";
import type { MeloError } from "../../src/internal/errors.js";
import { serverError } from "../../src/matrix/server-error.js";

const GARDEN = "!garden:example.org";
const KITCHEN = "!kitchen:example.org";

describe("BackupRestore", () => {
  it("imports every key in small pieces, the rooms that are wanted first", async () => {
    const { restore, device, memory } = backup({ [GARDEN]: 120, [KITCHEN]: 30 }, { roomsFirst: [KITCHEN] });
    const told: unknown[] = [];
    restore.subscribe(() => told.push(restore.state.restoring));
    await restore.run();
    expect(device.keys.size).to.equal(150);
    expect(device.pieces).to.deep.equal([50, 50, 50]);
    expect([...device.keys].slice(0, 30).every((key) => key.startsWith(KITCHEN))).to.equal(true);
    expect(told).to.deep.include({ done: 0, total: 150 });
    expect(restore.state).to.deep.equal({ restoring: undefined, restoreStopped: undefined, restoreError: undefined });
    expect(memory.kept).to.equal(undefined);
    expect(device.freed).to.equal(true);
  });

  it("stops at the next piece, says so, and goes on from there", async () => {
    const { restore, device, memory } = backup({ [GARDEN]: 200 });
    device.onImport = () => void restore.stop();
    await restore.run();
    expect(device.pieces).to.deep.equal([50]);
    expect(restore.state.restoreStopped).to.equal(true);
    expect(memory.kept).to.deep.equal({ version: "7", isStopped: true, rooms: { [GARDEN]: [50, 200] } });
    device.onImport = () => {};
    await restore.run();
    expect(device.pieces).to.deep.equal([50, 50, 50, 50]);
    expect(device.keys.size).to.equal(200);
    expect(restore.state.restoreStopped).to.equal(undefined);
  });

  it("goes on at once when it is started while it stops", async () => {
    const { restore, device } = backup({ [GARDEN]: 100 });
    let again: Promise<void> | undefined;
    device.onImport = () => {
      if (again) return;
      void restore.stop();
      again = restore.run();
    };
    await restore.run();
    await again;
    expect(device.keys.size).to.equal(100);
  });

  it("is resumed by the next start where a tab was closed", async () => {
    const { restore, device } = backup(
      { [GARDEN]: 100, [KITCHEN]: 60 },
      { kept: { version: "7", rooms: { [GARDEN]: [100, 100], [KITCHEN]: [10, 60] } } },
    );
    await restore.resume();
    expect(device.pieces).to.deep.equal([50]);
    expect([...device.keys].every((key) => key.startsWith(KITCHEN))).to.equal(true);
  });

  it("begins a room anew whose keys have become more since", async () => {
    const { restore, device } = backup({ [GARDEN]: 40 }, { kept: { version: "7", rooms: { [GARDEN]: [39, 39] } } });
    await restore.resume();
    expect(device.keys.size).to.equal(40);
  });

  it("is not resumed when the visitor stopped it, and the state says that", async () => {
    const { restore, device } = backup({ [GARDEN]: 40 }, { kept: { version: "7", isStopped: true, rooms: {} } });
    await restore.resume();
    expect(device.pieces).to.deep.equal([]);
    expect(restore.state.restoreStopped).to.equal(true);
  });

  it("is not resumed for another backup, nor when there is nothing to resume", async () => {
    for (const kept of [undefined, { version: "6", rooms: {} }]) {
      const { restore, device } = backup({ [GARDEN]: 40 }, { kept });
      await restore.resume();
      expect(device.pieces).to.deep.equal([]);
      expect(restore.state).to.deep.equal({});
    }
  });

  it("remembers a restore that is going to come", async () => {
    const { restore, memory } = backup({ [GARDEN]: 40 });
    await restore.intend("7");
    expect(memory.kept).to.deep.equal({ version: "7", rooms: {} });
  });

  it("leaves out what is damaged, and no other key with it", async () => {
    const { restore, device } = backup({ [GARDEN]: 60 });
    device.unreadable = (id) => id.endsWith("k0003");
    device.refused = (id) => id.endsWith("k0007");
    await restore.run();
    expect(device.keys.size).to.equal(58);
  });

  it("says so when no key can be opened", async () => {
    const { restore, device } = backup({ [GARDEN]: 60 });
    device.unreadable = () => true;
    expect(await codeOf(restore.run())).to.equal("recovery-incomplete");
  });

  it("keeps where it was when the device takes nothing any more", async () => {
    const { restore, device, memory } = backup({ [GARDEN]: 60 });
    device.refused = () => true;
    expect(await codeOf(restore.run())).to.equal("unknown");
    expect(memory.kept).to.deep.equal({ version: "7", rooms: {} });
  });

  it("does not take a backup whose public key is not that of its own", async () => {
    const { restore, device, server } = backup({ [GARDEN]: 60 });
    server.publicKey = "another's";
    expect(await codeOf(restore.run())).to.equal("backup-gone");
    expect(device.keys.size).to.equal(0);
  });

  const refusals: [refusal: Error, code: string][] = [
    [new ConnectionError("offline"), "homeserver-unreachable"],
    [new MatrixError({ errcode: "M_LIMIT_EXCEEDED" }, 429), "rate-limited"],
    [new MatrixError({ errcode: "M_UNKNOWN_TOKEN" }, 401), "signed-out"],
    [new MatrixError({ errcode: "M_FORBIDDEN" }, 403), "forbidden"],
    [new MatrixError({ errcode: "M_UNKNOWN" }, 502), "homeserver-unreachable"],
    [new MatrixError({ errcode: "M_NOT_FOUND" }, 404), "backup-gone"],
    [new MatrixError({ errcode: "M_WRONG_ROOM_KEYS_VERSION" }, 403), "backup-gone"],
  ];
  for (const [refusal, code] of refusals) {
    it(`tells a refusal of the server as what it is: ${refusal.message} is ${code}`, async () => {
      const { restore, server, memory } = backup({ [GARDEN]: 10 });
      server.refusal = refusal;
      expect(await codeOf(restore.run())).to.equal(code);
      expect(restore.state.restoreError?.code).to.equal(code);
      expect(memory.kept?.version).to.equal("7");
      server.refusal = undefined;
      await restore.run();
      expect(restore.state.restoreError).to.equal(undefined);
    });
  }
});

/** A device that can open backup 7, with as many keys in each room as told. */
function backup(rooms: Record<string, number>, options: { roomsFirst?: string[]; kept?: KeptRestore } = {}) {
  const server = { publicKey: "public", refusal: undefined as Error | undefined };
  const device = {
    keys: new Set<string>(),
    pieces: [] as number[],
    freed: false,
    onImport: () => {},
    unreadable: (_id: string) => false,
    refused: (_id: string) => false,
  };
  const memory = { kept: options.kept };
  const sessions = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => `k${String(index).padStart(4, "0")}`).map((id) => [
        id,
        { session_data: { ephemeral: "e", mac: "m", ciphertext: id } },
      ]),
    );
  const client = {
    http: {
      authedRequest: async (_method: string, path: string) => {
        if (path === "/room_keys/version") return { version: "7", auth_data: { public_key: server.publicKey } };
        if (server.refusal) throw server.refusal;
        return { rooms: Object.fromEntries(Object.entries(rooms).map(([roomId, count]) => [roomId, { sessions: sessions(count) }])) };
      },
    },
  };
  const decryptionKey = {
    megolmV1PublicKey: { publicKeyBase64: "public" },
    decryptV1: (_ephemeral: string, _mac: string, id: string) => {
      if (device.unreadable(id)) throw new Error("damaged");
      return JSON.stringify({ session_key: id });
    },
    free: () => void (device.freed = true),
  };
  const crypto = {
    olmMachine: { getBackupKeys: async () => ({ decryptionKey, backupVersion: "7" }) },
    importBackedUpRoomKeys: async (keys: { room_id: string; session_id: string; session_key: string }[]) => {
      if (keys.some((key) => device.refused(key.session_key))) throw new Error("refused");
      for (const key of keys) device.keys.add(`${key.room_id} ${key.session_id}`);
      device.pieces.push(keys.length);
      device.onImport();
    },
  };
  const restore = new BackupRestore({
    client: client as never,
    crypto: crypto as unknown as CryptoApi,
    memory: { load: async () => memory.kept, save: async (kept) => void (memory.kept = kept) },
    toError: serverError,
    roomsFirst: () => options.roomsFirst ?? [],
  });
  return { restore, device, memory, server };
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "none",
    ({ code }: MeloError) => code,
  );
}
