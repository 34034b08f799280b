import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .bar {
    block-size: 6px;
    border-radius: 6px;
    overflow: clip;
    background: var(--_line);
  }
  .bar::before {
    content: "";
    display: block;
    inline-size: var(--_level, 0%);
    block-size: 100%;
    border-radius: inherit;
    background: var(--_good);
  }
  @media (forced-colors: active) {
    .bar {
      border: 1px solid CanvasText;
    }
    .bar::before {
      forced-color-adjust: none;
      background: Highlight;
    }
  }
`;
