import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .row,
  .talk {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: var(--_space-2);
  }
  .pair {
    display: inline-flex;
    gap: 2px;
  }
  .talk {
    margin-block-start: var(--_space-2);
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
`;
