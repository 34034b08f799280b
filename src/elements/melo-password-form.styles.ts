import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-3);
  }
  #attempt:not(:has(p)) {
    margin-block-start: calc(-1 * var(--_space-3)); /* the empty live region takes no room */
  }
  .quiet {
    margin: 0;
    color: var(--_text-quiet);
    font-size: var(--_small);
    font-variant-numeric: tabular-nums;
  }
`;
