import { css } from "lit";

export default css`
  :host {
    display: inline-block;
    font-size: var(--_small);
    font-weight: 400;
    vertical-align: middle;
  }
  .base {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    color: var(--_text-quiet);
  }
  .base.care {
    color: var(--_care);
  }
  .base.care span {
    color: var(--_text);
  }
  button {
    min-block-size: 24px;
    padding: 0;
    inline-size: 24px;
    justify-content: center;
    color: inherit;
    cursor: help;
  }
  @media (pointer: coarse) {
    button:not(.link) {
      min-block-size: 44px;
      margin-block: -10px;
    }
  }
  .tip {
    position: fixed;
    inset: auto;
    margin: 0;
    max-inline-size: min(18rem, calc(100vi - 16px));
    padding: 6px 10px;
    border: 1px solid var(--_line);
    border-radius: var(--_corner-small);
    background: var(--_raised);
    color: var(--_text);
    box-shadow: var(--_shadow);
    font-size: max(0.8125rem, 13px);
    text-wrap: pretty;
  }
`;
