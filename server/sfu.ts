import { AccessToken, RoomServiceClient, TrackSource } from "livekit-server-sdk";

import type { Config } from "./config.ts";

/** What somebody may do in a call. */
export interface Grant {
  /** The SFU's name of the call. */
  readonly alias: string;
  readonly identity: string;
  readonly publish: boolean;
}

/** The SFU, as far as this service uses it. */
export interface Sfu {
  /** What browsers connect to. */
  readonly url: string;
  /** Makes the call's room. One that exists stays as it is. */
  createRoom(alias: string): Promise<void>;
  token(grant: Grant): Promise<string>;
  /** Whether somebody is connected under this identity. Rejects if the SFU does not answer. */
  isConnected(alias: string, identity: string): Promise<boolean>;
  /** Ends somebody's connection. They can come back with a token they still have, unless the SFU is one that can revoke tokens (LiveKit Cloud). */
  remove(alias: string, identity: string): Promise<void>;
  /** Rejects unless the SFU answers and accepts this service's key. */
  check(): Promise<void>;
}

/** How long a room stays when nobody has come yet, and after the last one has gone, in s. */
const EMPTY = 300;
const DEPARTED = 20;
/** Everything that a call has; a client that publishes something else is refused by the SFU. */
const SOURCES = [TrackSource.MICROPHONE, TrackSource.CAMERA, TrackSource.SCREEN_SHARE, TrackSource.SCREEN_SHARE_AUDIO];

export function createSfu({ livekit, ttl }: Pick<Config, "livekit" | "ttl">): Sfu {
  const { url, apiUrl, apiKey, apiSecret } = livekit;
  const rooms = new RoomServiceClient(apiUrl, apiKey, apiSecret, { requestTimeout: 5, failover: false });
  const isConnected = async (alias: string, identity: string): Promise<boolean> =>
    rooms.getParticipant(alias, identity).then(
      () => true,
      (error: unknown) => {
        if (isNotFound(error)) return false;
        throw error;
      },
    );
  return {
    url,
    isConnected,
    async createRoom(alias) {
      await rooms.createRoom({ name: alias, emptyTimeout: EMPTY, departureTimeout: DEPARTED });
    },
    async token({ alias, identity, publish }) {
      const token = new AccessToken(apiKey, apiSecret, { identity, ttl });
      token.addGrant({
        roomJoin: true,
        room: alias,
        canSubscribe: true,
        canPublish: publish,
        ...(publish && { canPublishSources: SOURCES }),
        canPublishData: false,
        canUpdateOwnMetadata: false,
        roomCreate: false,
      });
      return token.toJwt();
    },
    async remove(alias, identity) {
      if (!(await isConnected(alias, identity))) return;
      await rooms.removeParticipant(alias, identity, { revokeTokenTs: BigInt(Math.floor(Date.now() / 1000)) });
    },
    async check() {
      await rooms.listRooms([" "]); // a name that no room has: the shortest question that needs the key
    },
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "not_found";
}
