import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .notes {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-1);
  }
  .encryption {
    display: flex;
    align-items: center;
    gap: 6px;
    margin: 0;
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .notice .link {
    min-block-size: 28px;
  }
`;
