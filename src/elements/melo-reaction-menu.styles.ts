import { css } from "lit";

export default css`
  :host {
    display: inline-block;
  }
  .emoji {
    display: grid;
    grid-template-columns: repeat(4, 44px);
    gap: 2px;
  }
  .emoji button {
    justify-content: center;
    min-block-size: 44px;
    padding: 0;
    font-size: 1.4em;
    line-height: 1;
  }
`;
