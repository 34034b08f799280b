import { css } from "lit";

/** A call is a dark stage, whatever the page around it is: every element of it sets its ground and its ink, and all tokens follow. */
export default css`
  :host {
    color-scheme: dark;
    --melo-color-surface: var(--melo-color-stage, oklch(0.155 0.012 268));
    --melo-color-text: var(--melo-color-stage-text, oklch(0.95 0.005 268));
    /* what a host may have set for its own ground, mixed anew for this one */
    --melo-color-sunken: color-mix(in oklab, var(--melo-color-surface), black 20%);
    --melo-color-raised: color-mix(in oklab, var(--melo-color-surface), var(--melo-color-text) 8%);
    --melo-color-hover: color-mix(in oklab, transparent, var(--melo-color-text) 8%);
    --melo-color-line: color-mix(in oklab, var(--melo-color-surface), var(--melo-color-text) 18%);
    --melo-color-text-quiet: color-mix(in oklab, var(--melo-color-surface), var(--melo-color-text) 70%);
    --melo-color-text-accent: color-mix(in oklab, var(--melo-color-accent, var(--melo-accent, oklch(0.56 0.15 268))), white 42%);
    --melo-color-accent-soft: color-mix(in oklab, var(--melo-color-surface), var(--melo-color-text-accent) 14%);
    --melo-focus: 2px solid var(--melo-color-text-accent);
    --_tile: var(--melo-color-stage-tile, oklch(0.25 0.014 268));
    --_over: oklch(0 0 0 / 0.66); /* under words that stand on a picture: white on it has at least 4.5 : 1 on any */
  }
`;
