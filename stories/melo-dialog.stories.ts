import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-dialog.js";
import type { MeloDialog } from "../src/elements/melo-dialog.js";

const ask = (event: Event) => void (event.currentTarget as Element).parentElement?.querySelector<MeloDialog>("melo-dialog")?.ask();

const meta: Meta<{ readonly words: string }> = {
  title: "Support/melo-dialog",
  component: "melo-dialog",
  render: ({ words }) => html`
    <div>
      <button @click=${ask}>Leave</button>
      <melo-dialog heading="Leave the garden?" confirm="Leave">${words}</melo-dialog>
    </div>
  `,
  play: async ({ canvasElement }) => void canvasElement.querySelector<MeloDialog>("melo-dialog")?.ask(),
};
export default meta;

export const Question: StoryObj = { args: { words: "You can come back only with an invitation." } };
export const ManyWords: StoryObj = { args: { words: "You can come back only with an invitation. ".repeat(60) } };
