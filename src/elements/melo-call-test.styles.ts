import { css } from "lit";

export default css`
  :host {
    display: block;
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .base {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-3);
  }
  p {
    margin: 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
  }
  ol {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 2px 10px;
    padding-block: var(--_space-2);
  }
  li + li {
    border-block-start: 1px solid var(--_line);
  }
  li > .icon {
    margin-block-start: 0.15em;
    color: var(--_text-quiet);
  }
  .well > .icon {
    color: var(--_good);
  }
  .attention > .icon {
    color: var(--_care);
  }
  .wrong > .icon {
    color: var(--_bad);
  }
  .running > .icon {
    animation: turn 1.2s linear infinite;
  }
  .waiting {
    color: var(--_text-quiet);
  }
  .title {
    font-weight: 550;
  }
  li > .what,
  .figures,
  .bar {
    grid-column: 2;
  }
  .what {
    font-size: var(--_small);
  }
  .figures {
    font-size: var(--_tiny);
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
  }
  .bar {
    block-size: 6px;
    margin-block: var(--_space-1);
    border-radius: 6px;
    overflow: clip;
    background: var(--_line);
  }
  .bar::before {
    content: "";
    display: block;
    inline-size: var(--_level, 0%);
    block-size: 100%;
    border-radius: inherit;
    background: var(--_good);
  }
  summary {
    min-block-size: 36px;
    align-content: center;
    font-size: var(--_small);
    font-weight: 550;
    cursor: pointer;
    border-radius: var(--_corner-small);
  }
  summary:focus-visible,
  pre:focus-visible {
    outline: var(--_focus);
    outline-offset: 2px;
  }
  .report {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-2);
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--_space-4);
    margin: 0;
    padding: 0;
    border: 0;
    font-size: var(--_small);
  }
  fieldset label {
    display: inline-flex;
    align-items: center;
    gap: var(--_space-2);
    min-block-size: 36px;
    cursor: pointer;
  }
  fieldset input {
    margin: 0;
    accent-color: var(--_accent);
  }
  pre {
    max-block-size: 16rem;
    margin: 0;
    padding: var(--_space-3);
    overflow: auto;
    border-radius: var(--_corner-small);
    background: var(--_sunken);
    font: 0.8em/1.5 var(--_font-mono);
    white-space: pre-wrap;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .running > .icon {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    .bar {
      border: 1px solid CanvasText;
    }
    .bar::before {
      forced-color-adjust: none;
      background: Highlight;
    }
  }
`;
