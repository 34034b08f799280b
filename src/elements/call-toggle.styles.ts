import { css } from "lit";

/** The round buttons of a call, 44 px: quiet while all is usual, inverted while something is off that others notice. */
export default css`
  :host {
    display: inline-block;
    flex: none;
  }
  .toggle {
    justify-content: center;
    min-inline-size: 44px;
    min-block-size: 44px;
    padding: 0;
    border-radius: 99px;
    background: var(--_hover);
    color: var(--_text);
    transition:
      background var(--_quick),
      color var(--_quick);
  }
  .toggle:hover {
    background: color-mix(in oklab, transparent, var(--_text) 13%);
  }
  :host([labelled]) .toggle {
    padding-inline: 14px 18px;
  }
  .toggle.wide {
    padding-inline: 14px 18px;
    touch-action: none;
    user-select: none;
  }
  .toggle:disabled {
    cursor: default;
    opacity: 0.55;
  }
  .toggle.off {
    background: var(--_text);
    color: var(--_surface);
  }
  .toggle.off:hover {
    background: color-mix(in oklab, var(--_text), var(--_surface) 14%);
  }
  .toggle.on {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .toggle.on:hover {
    background: color-mix(in oklab, var(--_accent), black 10%);
  }
  .toggle.hang {
    min-inline-size: 60px;
    background: oklch(0.55 0.2 25);
    color: white;
  }
  .toggle.hang:hover {
    background: oklch(0.5 0.2 25);
  }
  .toggle[aria-disabled="true"] {
    cursor: default;
    opacity: 0.55;
  }
  .note {
    padding: 0;
  }
  @media (forced-colors: active) {
    .toggle.off,
    .toggle.on {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
