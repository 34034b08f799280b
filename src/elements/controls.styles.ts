import { css } from "lit";

/** Buttons, fields and icons: one look for all elements. `button` is text; `.filled` once a view; `.outlined`, `.link`, `.square` (icon only). */
export default css`
  .icon {
    inline-size: 1.15em;
    block-size: 1.15em;
    stroke: currentColor;
    stroke-width: 1.9;
    fill: none;
    stroke-linecap: round;
    stroke-linejoin: round;
    flex: none;
    vertical-align: -0.2em;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    border-radius: var(--_corner-small);
    padding: 6px 12px;
    min-block-size: 36px;
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    gap: 8px;
    transition: background var(--_quick);
  }
  button:hover {
    background: var(--_hover);
  }
  button:focus-visible,
  a:focus-visible,
  input:focus-visible {
    outline: var(--_focus);
    outline-offset: 2px;
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  button.filled {
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
    justify-content: center;
  }
  button.filled:hover:not(:disabled) {
    background: color-mix(in oklab, var(--_accent), black 10%);
  }
  button.outlined {
    border: 1px solid var(--_line);
    font-weight: 550;
    justify-content: center;
  }
  button.link {
    padding: 0;
    min-block-size: 0;
    color: var(--_text-accent);
    font-weight: 600;
  }
  button.link:hover {
    background: none;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  button.square {
    padding: 0;
    inline-size: 36px;
    justify-content: center;
    color: var(--_text-quiet);
  }
  @media (pointer: coarse) {
    button:not(.link) {
      min-block-size: 44px;
    }
    button.square {
      inline-size: 44px;
    }
  }
  @media (forced-colors: active) {
    button:not(.link) {
      border: 1px solid ButtonText;
    }
    button.filled {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
