import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-encryption-badge.js";
import type { RoomState } from "../src/matrix/room-state.js";
import { fakeSession } from "./support/fake-session.js";
import { GARDEN } from "./support/garden.js";

const meta: Meta<Partial<RoomState>> = {
  title: "Room/melo-encryption-badge",
  component: "melo-encryption-badge",
  render: (room) => html`
    <b>Garden</b> <melo-encryption-badge .session=${fakeSession({ rooms: { [GARDEN]: { room } } })} room=${GARDEN}></melo-encryption-badge>
  `,
};
export default meta;

export const Encrypted: StoryObj<Partial<RoomState>> = { args: { encryption: "encrypted" } };
export const NotEncrypted: StoryObj<Partial<RoomState>> = { args: { encryption: "unencrypted" } };
export const Tampered: StoryObj<Partial<RoomState>> = { args: { encryption: "encrypted", encryptionTampered: true } };
export const NotKnownYet: StoryObj<Partial<RoomState>> = { args: { encryption: "unknown" } };
export const NoSession: StoryObj<Partial<RoomState>> = {
  render: () => html`<melo-encryption-badge session="there-is-none" room=${GARDEN}></melo-encryption-badge>`,
};
