import { css } from "lit";

export default css`
  :host {
    display: block;
    min-block-size: 1lh; /* keeps its line when nobody types, so that the timeline above does not jump */
    color: var(--_text-quiet);
    font-size: var(--_tiny);
    line-height: 1.6;
  }
  span {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
