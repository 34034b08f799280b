// The smallest page of the bare SDK that shows an encrypted room: what a page with melo is measured against. Made as the SDK's documentation says, bundled as Vite does by itself.
// It keeps what melo keeps (rooms, encrypted keys), decrypts what melo decrypts, and logs nothing.

import { ClientEvent, createClient, IndexedDBStore, MatrixEventEvent, RoomEvent, type MatrixEvent, type Room } from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";

import type { PageOptions } from "../measured-page.ts";

declare global {
  interface Window {
    readonly benchOptions: PageOptions;
  }
}

const { homeserver, credentials, room: roomId } = window.benchOptions;
const { userId, deviceId, accessToken } = credentials;

const quiet: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => quiet };
const store = new IndexedDBStore({ indexedDB, dbName: `bare:${deviceId}`, localStorage });
const client = createClient({ baseUrl: homeserver, userId, deviceId, accessToken, store, disableVoip: true, logger: quiet });
await store.startup();
await client.initRustCrypto({ cryptoDatabasePrefix: `bare:${deviceId}`, storageKey: new Uint8Array(32).fill(7) });
client.on(ClientEvent.Room, showRoom);
client.on(RoomEvent.Timeline, (event) => void show(event));
addEventListener("pagehide", () => void store.save(true));
await client.startClient({ initialSyncLimit: 20, lazyLoadMembers: true });

function showRoom(room: Room): void {
  if (room.roomId === roomId) for (const event of room.getLiveTimeline().getEvents()) void show(event);
}

const shown = new Map<string, HTMLElement>();

async function show(event: MatrixEvent): Promise<void> {
  if (event.getRoomId() !== roomId) return;
  await client.decryptEventIfNeeded(event);
  render(event);
  event.on(MatrixEventEvent.Decrypted, render);
}

function render(event: MatrixEvent): void {
  const id = event.getId()!;
  const line = shown.get(id) ?? document.querySelector("main")!.appendChild(document.createElement("p"));
  shown.set(id, line);
  line.textContent = event.isDecryptionFailure() ? "…" : String(event.getContent()["body"] ?? "");
}
