import { css } from "lit";

export default css`
  :host {
    display: contents;
  }
  dialog {
    inline-size: min(26rem, calc(100vi - 32px));
    max-block-size: calc(100vb - 32px);
    overflow: auto;
    padding: 20px;
    border: 1px solid var(--_line);
    border-radius: var(--_corner-large);
    background: var(--_raised);
    color: var(--_text);
    box-shadow: var(--_shadow);
    text-align: start;
    cursor: auto;
  }
  dialog::backdrop {
    background: oklch(0 0 0 / 0.4);
  }
  h2 {
    margin: 0;
    font-size: var(--_title);
    font-weight: 650;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  .content {
    margin-block: 10px 18px;
    font-size: var(--_small);
    color: var(--_text-quiet);
    text-wrap: pretty;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
    justify-content: end;
  }
  @media (prefers-reduced-motion: no-preference) {
    dialog[open] {
      animation: appear var(--_calm);
    }
    @keyframes appear {
      from {
        opacity: 0;
        translate: 0 8px;
      }
    }
  }
`;
