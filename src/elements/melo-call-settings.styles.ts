import { css } from "lit";

export default css`
  :host {
    display: inline-block;
  }
  .popover {
    inline-size: min(20rem, calc(100vi - 16px));
    padding: var(--_space-3);
  }
  melo-device-picker + melo-device-picker {
    margin-block-start: var(--_space-3);
    padding-block-start: var(--_space-3);
    border-block-start: 1px solid var(--_line);
  }
`;
