import type { Plugin } from "vite";

import { lookAlikesModule } from "./look-alikes.ts";

/**
 * Modules of the SDK that a melo client never runs, by their path, and what stands for them. Each is imported by the SDK's client for a feature that has to be asked
 * for, and melo does not. An upgrade of the SDK that imports more from them fails the build.
 */
const UNUSED: Readonly<Record<string, string>> = {
  // Calls of the old kind: melo's clients have `disableVoip` set.
  "webrtc/call.js": "export const supportsMatrixCall = () => false; export const createNewMatrixCall = () => null;",
  "webrtc/callEventHandler.js": "export class CallEventHandler {}",
  "webrtc/groupCall.js": "export class GroupCall {}",
  "webrtc/groupCallEventHandler.js": "export class GroupCallEventHandler {}",
  "webrtc/mediaHandler.js": "export class MediaHandler {}",
  // `startClient({ slidingSync })`.
  "sliding-sync-sdk.js": "export class SlidingSyncSdk {}",
  // Rooms as trees of files (MSC3089).
  "models/MSC3089TreeSpace.js": "export const DEFAULT_TREE_POWER_LEVELS_TEMPLATE = {}; export class MSC3089TreeSpace {}",
  // Lists of people whose invitations are never shown (MSC3847).
  "models/invites-ignorer.js": "export class IgnoredInvites {}",
  // The homeserver by the server's name: melo has found it before there is a client, and sets no `clientWellKnownPollPeriod`.
  "autodiscovery.js": "export class AutoDiscovery { static async getRawClientConfig() { return {}; } }",
  // `new MatrixClient({ scheduler })`: of it the SDK itself needs only the rule for waiting.
  "scheduler.js": `import { calculateRetryBackoff } from "./http-api/utils.js";
export class MatrixScheduler { static RETRY_BACKOFF_RATELIMIT(event, attempts, error) { return calculateRetryBackoff(error, attempts, false); } }`,
  // `new IndexedDBStore({ workerFactory })`.
  "store/indexeddb-remote-backend.js": "export class RemoteIndexedDBStoreBackend {}",
  // Devices that receive while nobody is signed in (MSC3814): melo has none, and says so.
  "rust-crypto/DehydratedDeviceManager.js": `import { TypedEventEmitter } from "../models/typed-event-emitter.js";
export const UnstablePrefix = "/_matrix/client/unstable/org.matrix.msc3814.v1";
export class DehydratedDeviceManager extends TypedEventEmitter { stop() {} async delete() {} async isSupported() { return false; } }`,
  // Keys of clients before 2024: melo has none to move.
  "rust-crypto/libolm_migration.js":
    "export async function migrateFromLegacyCrypto() {} export async function migrateRoomSettingsFromLegacyCrypto() {} export async function migrateLegacyLocalTrustIfNeeded() {}",
};

/** The client runs a manager of MatrixRTC calls from its start. Calls have a session of their own, which comes with the rest of their code, so the client's does nothing. */
const IDLE_MATRIX_RTC = "export class MatrixRTCSessionManager { start() {} stop() {} }";

/** Of what calls are made of, the client needs one number (MSC4075), for a request that melo makes by itself. */
const RTC_NUMBERS = "export const RTC_NOTIFICATION_MAX_LIFETIME_MS = 120_000;";

/** Of the package matrix-events-sdk the SDK needs the names of polls; what interprets extensible events, nobody asks for. */
const EVENT_NAMES = `import { NamespacedValue, UnstableValue } from "matrix-js-sdk/lib/NamespacedValue.js";
export { NamespacedValue, UnstableValue };
export const M_POLL_START = new UnstableValue("m.poll.start", "org.matrix.msc3381.poll.start");
export const ExtensibleEvents = { parse: () => undefined };`;

const VIRTUAL: Readonly<Record<string, () => string>> = {
  "\0melo:look-alikes": lookAlikesModule,
  "\0melo:event-names": () => EVENT_NAMES,
  "\0melo:idle-matrix-rtc": () => IDLE_MATRIX_RTC,
  "\0melo:rtc-numbers": () => RTC_NUMBERS,
};

const SDK_MODULE = /matrix-js-sdk[\\/]lib[\\/]([^?]+)/;

/** Makes the SDK smaller without taking anything from melo. */
export function slimSdk(): Plugin {
  return {
    name: "melo:slim-sdk",
    enforce: "pre",
    resolveId(source, importer = "") {
      if (source === "unhomoglyph") return "\0melo:look-alikes";
      if (source === "matrix-events-sdk") return "\0melo:event-names";
      if (source.endsWith("/MatrixRTCSessionManager.js") && pathInSdk(importer) === "client.js") return "\0melo:idle-matrix-rtc";
      if (source.endsWith("/matrixrtc/types.js") && pathInSdk(importer) === "client.js") return "\0melo:rtc-numbers";
      return undefined;
    },
    load(id) {
      const path = pathInSdk(id);
      return VIRTUAL[id]?.() ?? (path && UNUSED[path]);
    },
  };
}

function pathInSdk(id: string): string | undefined {
  return SDK_MODULE.exec(id)?.[1]?.replaceAll("\\", "/");
}
