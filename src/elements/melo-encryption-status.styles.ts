import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  :host([badge]) {
    display: inline-block;
  }
  :host(:state(quiet)) {
    display: none;
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
  .badge {
    inline-size: 32px;
    min-block-size: 32px;
  }
  .badge.attention {
    color: var(--_care);
  }
`;
