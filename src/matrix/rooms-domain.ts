import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { SyncState } from "matrix-js-sdk/lib/sync.js";

import { late } from "../internal/late.js";
import { newTransactionId } from "../internal/transaction-id.js";
import { guardAnswers } from "./event-intake.js";
import { HomeserverMedia } from "./homeserver-media.js";
import { MessageSender } from "./message-sender.js";
import { Outbox } from "./outbox.js";
import { LiveRoom } from "./room.js";
import type { RoomDomain, RoomDomainOptions } from "./room-domain.js";
import { INITIAL_ROOM_IDENTITIES, type RoomIdentities, type RoomIdentitiesState } from "./room-identities-state.js";
import { RoomOpener } from "./room-opener.js";
import { LiveRooms } from "./rooms.js";
import { RoomTimeline } from "./timeline.js";
import { RoomTyping } from "./typing.js";
import { serverError } from "./server-error.js";
import { INITIAL_USER, type User, type UserState } from "./user-state.js";
import { INITIAL_VOICE_CHANNELS, type VoiceChannels, type VoiceChannelsState } from "./voice-channels-state.js";

/** Rooms, timelines, sending and media over one live client. Make it before the client starts: from then on every answer of the server is looked through first. */
export function createRoomDomain({ client, crypto, loadIdentities, vault }: RoomDomainOptions): RoomDomain {
  guardAnswers(client);
  const life = new AbortController();
  const opener = new RoomOpener(client, vault);
  const sender = new MessageSender(client, crypto);
  const outbox = new Outbox(sender, vault);
  const rooms = new LiveRooms(client, crypto);
  const handleSync = (state: SyncState, previous: SyncState | null): void => {
    if (state === SyncState.Syncing && previous !== SyncState.Syncing) outbox.hurry();
  };
  client.on(ClientEvent.Sync, handleSync);
  crypto.onTrustChange(() => outbox.reconsider(), life.signal);
  globalThis.addEventListener("online", () => outbox.hurry(), { signal: life.signal });
  return {
    room: (reference) => new LiveRoom({ client, crypto, resolution: opener.open(reference) }),
    timeline: (reference) => new RoomTimeline({ client, crypto, outbox, resolution: opener.open(reference) }),
    typing: (reference) => new RoomTyping(client, opener.open(reference)),
    identities: (reference) =>
      late<RoomIdentitiesState, RoomIdentities>(INITIAL_ROOM_IDENTITIES, async () => {
        const { LiveRoomIdentities } = await import("./room-identities.js");
        return new LiveRoomIdentities({ client, crypto, identities: await loadIdentities(), resolution: opener.open(reference) });
      }),
    user: (userId) =>
      late<UserState, User>(INITIAL_USER, async () => {
        const { LiveUser } = await import("./user.js");
        return new LiveUser({ client, identities: await loadIdentities(), userId });
      }),
    voiceChannels: (space) =>
      late<VoiceChannelsState, VoiceChannels>(INITIAL_VOICE_CHANNELS, async () => {
        const { LiveVoiceChannels } = await import("./voice-channels.js");
        return new LiveVoiceChannels({ client, resolution: opener.open(space) });
      }),
    lookUp: (reference) => opener.open(reference),
    send: (roomId, type, content) =>
      sender.sendEvent(roomId, type, content, newTransactionId()).catch((error: unknown) => {
        throw serverError(error);
      }),
    rooms,
    media: new HomeserverMedia(client),
    resumeSending: () => outbox.open(),
    hurrySending: () => outbox.hurry(),
    dispose() {
      life.abort();
      client.off(ClientEvent.Sync, handleSync);
      rooms.dispose();
      outbox.dispose();
      opener.dispose();
    },
  };
}
