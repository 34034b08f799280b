import { css } from "lit";

export default css`
  :host {
    display: inline-block;
  }
  .small {
    min-inline-size: 28px;
    font-size: var(--_small);
  }
  .popover {
    font-size: var(--_small);
  }
  fieldset {
    margin: 0;
    padding: 4px 12px 0;
    border: 0;
  }
  legend {
    padding: 0;
    font-weight: 550;
  }
  .option {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    min-block-size: 36px;
    cursor: pointer;
  }
  .popover > .option {
    padding-inline: 12px;
    border-block-start: 1px solid var(--_line);
  }
  .option input {
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
    flex: none;
    accent-color: var(--_accent);
  }
  .item {
    inline-size: 100%;
  }
`;
