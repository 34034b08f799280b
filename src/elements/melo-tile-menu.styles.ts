import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .button {
    min-block-size: 36px;
    inline-size: 36px;
    padding: 0;
    justify-content: center;
    border-radius: 50%;
    background: var(--_over);
  }
  .button:hover {
    background: oklch(0.3 0.015 268);
  }
  @media (pointer: coarse) {
    .button {
      inline-size: 44px;
    }
  }
  .menu {
    min-inline-size: 13rem;
    padding: 8px;
    font-size: var(--_small);
  }
  .menu:popover-open {
    display: grid;
    gap: 2px;
  }
  .menu .name {
    margin: 0;
    padding: 4px 8px;
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .menu button {
    justify-content: start;
    padding-inline: 8px;
  }
`;
