import type { Meta, StoryObj } from "@storybook/web-components-vite";
import { html } from "lit";

import "../src/elements/melo-qr-code.js";
import "../src/elements/melo-qr-scanner.js";
import { CODE } from "./support/fake-verification.js";

const meta: Meta = { title: "Trust/melo-qr-scanner", component: "melo-qr-scanner" };
export default meta;

/** The browser of the stories has no camera, or asks for it. */
export const Camera: StoryObj = { render: () => html`<melo-qr-scanner></melo-qr-scanner>` };
export const PicturesOnly: StoryObj = { render: () => html`<melo-qr-scanner without-camera></melo-qr-scanner>` };
export const Code: StoryObj = { render: () => html`<melo-qr-code label="A code" .code=${CODE}></melo-qr-code>` };
