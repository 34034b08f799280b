import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  :host(:state(empty)) {
    display: contents;
  }
  p {
    margin: 0;
  }
  .emoji {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(5.5em, 100%), 1fr));
    gap: var(--_space-2);
    margin: 14px 0 0;
    padding: 14px 8px;
    list-style: none;
    border-radius: var(--_corner-small);
    background: var(--_sunken);
    color: var(--_text);
    text-align: center;
  }
  .emoji:focus {
    outline: none;
  }
  .emoji:focus-visible {
    outline: var(--_focus);
  }
  .emoji li {
    display: grid;
    gap: 4px;
    justify-items: center;
    align-content: start;
    overflow-wrap: anywhere;
  }
  .symbol {
    font-size: 2rem;
    line-height: 1.2;
  }
  melo-qr-code {
    margin: 14px auto 0;
  }
  melo-qr-code:focus {
    outline: none;
  }
  melo-qr-code:focus-visible {
    outline: var(--_focus);
    outline-offset: 4px;
  }
  melo-qr-scanner {
    margin-block-start: 14px;
  }
  details {
    margin-block-start: 10px;
  }
  summary {
    cursor: pointer;
    padding-block: 4px;
  }
  .decimals {
    font-size: 1.25rem;
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.04em;
    color: var(--_text);
  }
`;
