import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .notice {
    align-items: center;
  }
  .notice > .icon {
    margin-block-start: 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-1) var(--_space-4);
  }
  button.link {
    min-block-size: 28px;
  }
`;
