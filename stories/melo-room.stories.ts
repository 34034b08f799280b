import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-room.js";
import type { RoomState } from "../src/matrix/room-state.js";
import type { SessionState } from "../src/session/session-state.js";
import type { FakeRoomOptions } from "./support/fake-room.js";
import { failing, fakeSession } from "./support/fake-session.js";
import { GARDEN, bob, conversation } from "./support/garden.js";

interface Args extends FakeRoomOptions {
  readonly session?: Partial<SessionState>;
  readonly withoutHeader?: boolean;
  readonly withoutComposer?: boolean;
}

const meta: Meta<Args> = {
  title: "Room/melo-room",
  component: "melo-room",
  render: ({ session, withoutHeader = false, withoutComposer = false, room, timeline = { items: conversation }, ...options }) => html`
    <melo-room
      .session=${fakeSession({ session, rooms: { [GARDEN]: { ...options, room: { ...GARDEN_ROOM, ...room }, timeline } } })}
      room=${GARDEN}
      ?without-header=${withoutHeader}
      ?without-composer=${withoutComposer}
    ></melo-room>
  `,
};
export default meta;

const GARDEN_ROOM: Partial<RoomState> = { name: "Garden", topic: "What grows, what doesn’t, and who waters it in August" };
const unreachable = { code: "homeserver-unreachable", message: "as a story wants it" } as const;
const story = (args: Args): StoryObj<Args> => ({ args });
const inRoom = (room: Partial<RoomState>, args: Args = {}): StoryObj<Args> => ({ args: { room, ...args } });
const inSession = (session: Partial<SessionState>): StoryObj<Args> => ({ args: { session } });

export const Ready = story({ typing: { people: [bob] } });
export const Empty = story({ timeline: {} });
export const Loading = inRoom({ status: "loading", name: "" });
export const LoadingMessages = story({ timeline: { status: "loading", start: "more" } });
export const Failed = inRoom({ status: "failed", error: unreachable });
export const WithoutHeader = story({ withoutHeader: true });
export const WithoutComposer = story({ withoutComposer: true });

export const Invited = inRoom({ status: "invited", invitation: { inviterId: bob.userId, inviterName: bob.name } });
export const InvitedToTalk = inRoom({
  status: "invited",
  isDirect: true,
  name: bob.name,
  invitation: { inviterId: bob.userId, inviterName: bob.name },
});
export const Joinable = inRoom({ status: "joinable" });
export const JoiningFails = inRoom({ status: "joinable" }, { answers: { join: failing("forbidden") } });
export const Joining = inRoom({ status: "joining" });
export const NotFound = inRoom({ status: "not-found", name: "" });
export const Forbidden = inRoom({ status: "forbidden" });
export const Left = inRoom({ status: "left" });
export const Removed = inRoom({ status: "kicked", departure: { by: bob.name, reason: "too many jars" } });
export const Banned = inRoom({ status: "banned", departure: { by: bob.name } });
export const Upgraded = inRoom({ canSend: false, replacement: { roomId: "!new:example.org", text: "This room has been replaced" } });

export const NotEncrypted = inRoom({ encryption: "unencrypted", canEncrypt: true });
export const NotEncryptedReader = inRoom({ encryption: "unencrypted", canSend: false });
export const EncryptionTampered = inRoom({ encryptionTampered: true });
export const IdentityChanged = story({ identities: { changed: [{ ...bob, wasVerified: false }] } });
export const SendingWaits = story({ identities: { changed: [{ ...bob, wasVerified: true }] } });
export const LongNames = inRoom({ name: "حديقة Garden of all the neighbours ".repeat(5), topic: "A topic without an end ".repeat(20) });

export const SignedOut = inSession({ status: "signed-out", account: undefined });
export const Starting = inSession({ status: "starting", step: "encryption" });
export const Locked = inSession({ status: "locked" });
export const Reconnecting = inSession({ status: "reconnecting", retryAt: Date.now() + 20_000 });
export const Offline = inSession({ status: "reconnecting", error: { code: "offline", message: "as a story wants it" } });
export const MemoryOnly = inSession({ storage: "memory" });
export const StorageLost = inSession({ notice: "storage-lost" });
export const SessionFailed = inSession({ status: "failed", error: { code: "wasm-blocked", message: "as a story wants it" } });
