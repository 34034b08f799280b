import { css } from "lit";

/** A call is a dark stage, whatever the page around it is: every element of it sets its ground and its ink, and all tokens follow. */
export default css`
  :host {
    color-scheme: dark;
    --melo-color-surface: var(--melo-color-stage, oklch(0.155 0.012 268));
    --melo-color-text: var(--melo-color-stage-text, oklch(0.95 0.005 268));
    --_tile: var(--melo-color-stage-tile, oklch(0.25 0.014 268));
    --_over: oklch(0 0 0 / 0.66); /* under words that stand on a picture: white on it has at least 4.5 : 1 on any */
  }
`;
