import { expect } from "@open-wc/testing";

import { AccountKeyFile } from "../../src/crypto/key-file.js";
import { openKeyFile, sealKeyFile } from "../../src/crypto/key-file-format.js";

/** Published with another implementation: "plain", under "password", with 10 rounds. */
const PUBLISHED = `-----BEGIN MEGOLM SESSION DATA-----
AXNhbHRzYWx0c2FsdHNhbHSIiIiIiIiIiIiIiIiIiIiIAAAACmIRUW2OjZ3L2l6j9h0lHlV3M2dx
cissyYBxjsfsAndErh065A8=
-----END MEGOLM SESSION DATA-----`;
const PASSPHRASE = "rhubarb & custard 🥧";

describe("the format of key files", () => {
  it("reads what another implementation wrote", async () => {
    expect(await openKeyFile(PUBLISHED, "password")).to.equal("plain");
  });

  it("reads what it wrote, of any length, among other text and with any line ends, and never writes the same twice", async () => {
    for (const text of ["", "[]", "ü".repeat(100_000)]) {
      const file = await sealKeyFile(text, PASSPHRASE, 10);
      expect(await openKeyFile(`a note\r\n${file.replaceAll("\n", "\r\n")}\r\nand another`, PASSPHRASE)).to.equal(text);
      expect(await sealKeyFile(text, PASSPHRASE, 10)).to.not.equal(file);
    }
  });

  it("keeps bit 63 of the counter free", async () => {
    for (let count = 0; count < 20; count++) expect(bytesOf(await sealKeyFile("", "x", 1))[17 + 8]! & 0x80).to.equal(0);
  });

  it("does not open with another passphrase, or after any byte was altered", async () => {
    const file = await sealKeyFile("[]", PASSPHRASE, 10);
    expect(await codeOf(openKeyFile(file, "rhubarb"))).to.equal("key-file-passphrase");
    const bytes = bytesOf(file);
    for (let index = 1; index < bytes.length; index++) {
      const altered = bytes.slice();
      altered[index]! ^= 1;
      const code = await codeOf(openKeyFile(fileOf(altered), PASSPHRASE));
      expect(["key-file-passphrase", "key-file-invalid"], `byte ${index}`).to.include(code);
    }
  });

  it("refuses what is no key file, in time", async () => {
    const bytes = bytesOf(await sealKeyFile("[]", PASSPHRASE, 10));
    const endless = bytes.slice();
    new DataView(endless.buffer).setUint32(33, 0xffffffff);
    const none = bytes.slice();
    new DataView(none.buffer).setUint32(33, 0);
    const later = bytes.slice();
    later[0] = 2;
    for (const file of [
      "",
      "hello",
      PUBLISHED.replace("BEGIN", "START"),
      PUBLISHED.replace("END", "FIN"),
      PUBLISHED.replace("AXN", "!!!"),
      fileOf(endless),
      fileOf(none),
      fileOf(later),
      fileOf(bytes.slice(0, 40)),
      fileOf(new Uint8Array()),
    ])
      expect(await codeOf(openKeyFile(file, PASSPHRASE)), file.slice(0, 80)).to.equal("key-file-invalid");
  });
});

describe("AccountKeyFile", () => {
  it("adds keys in pieces, tells how far it is, and leaves out what cannot be used", async () => {
    const sessions = Array.from({ length: 120 }, (_, index) => ({
      room_id: "!a",
      session_id: `${index}`,
      session_key: index === 70 ? "bad" : "good",
    }));
    const file = await sealKeyFile(JSON.stringify([...sessions, null, { room_id: 1 }, "text"]), PASSPHRASE, 10);
    const added: string[] = [];
    const keyFile = new AccountKeyFile({
      exportRoomKeysAsJson: async () => "[]",
      importRoomKeys: async (keys) => {
        if (keys.some(({ session_key }) => session_key === "bad")) throw new Error("invalid session key");
        added.push(...keys.map(({ session_id }) => session_id));
      },
    });
    const seen: (number | undefined)[] = [];
    keyFile.subscribe(() => seen.push(keyFile.state.done));
    expect(await keyFile.importKeys(file, PASSPHRASE)).to.deep.equal({ total: 120, imported: 119 });
    expect(added).to.have.length(119);
    expect(seen).to.include.members([0, 50, 100, 120]);
    expect(keyFile.state).to.deep.include({ status: "idle", done: undefined });
  });

  it("adds nothing from a file that is none, or holds no keys", async () => {
    const keyFile = new AccountKeyFile({
      exportRoomKeysAsJson: async () => "[]",
      importRoomKeys: () => Promise.reject(new Error("not to be called")),
    });
    expect(await codeOf(keyFile.importKeys("hello", "x"))).to.equal("key-file-invalid");
    expect(await codeOf(keyFile.importKeys(await sealKeyFile("{}", "x", 1), "x"))).to.equal("key-file-invalid");
    expect(await codeOf(keyFile.importKeys(await sealKeyFile("not json", "x", 1), "x"))).to.equal("key-file-invalid");
    expect(keyFile.state.status).to.equal("idle");
  });
});

async function codeOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => "none",
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

function bytesOf(file: string): Uint8Array<ArrayBuffer> {
  const body = file.split("\n").slice(1, -2).join("");
  return Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
}

function fileOf(bytes: Uint8Array): string {
  return `-----BEGIN MEGOLM SESSION DATA-----\n${btoa(String.fromCharCode(...bytes))}\n-----END MEGOLM SESSION DATA-----`;
}
