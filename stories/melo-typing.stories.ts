import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-typing.js";
import { fakeSession } from "./support/fake-session.js";
import { GARDEN, bob, carol, dan, person } from "./support/garden.js";

interface Args {
  readonly people: readonly { readonly userId: string; readonly name: string }[];
}

const meta: Meta<Args> = {
  title: "Room/melo-typing",
  component: "melo-typing",
  render: ({ people }) =>
    html`<melo-typing .session=${fakeSession({ rooms: { [GARDEN]: { typing: { people } } } })} room=${GARDEN}></melo-typing>`,
};
export default meta;

export const Nobody: StoryObj<Args> = { args: { people: [] } };
export const One: StoryObj<Args> = { args: { people: [bob] } };
export const Two: StoryObj<Args> = { args: { people: [bob, carol] } };
export const Crowd: StoryObj<Args> = { args: { people: [bob, carol, dan] } };
export const LongName: StoryObj<Args> = { args: { people: [person("Bob ".repeat(40).trim())] } };
