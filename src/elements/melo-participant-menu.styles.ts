import { css } from "lit";

export default css`
  :host {
    display: grid;
    min-inline-size: 12rem;
    font-size: var(--_small);
  }
  p {
    margin: 0;
  }
  .volume {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 2px var(--_space-3);
    padding: 6px 12px;
    font-weight: 550;
  }
  .volume output {
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
    font-weight: normal;
  }
  input[type="range"] {
    grid-column: 1 / -1;
    inline-size: 100%;
    min-block-size: 28px;
    margin: 0;
    accent-color: var(--_accent);
    cursor: pointer;
  }
  button {
    inline-size: 100%;
    text-align: start;
  }
  button > .icon {
    color: var(--_text-quiet);
  }
  .remove,
  .remove > .icon {
    color: var(--_bad);
  }
`;
