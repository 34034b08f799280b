import { css } from "lit";

/** A sentence with an icon, and perhaps buttons: `.notice`, with `.care` or `.bad` where somebody has to decide something. */
export default css`
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: var(--_space-1) 10px;
    margin: 0;
    padding: 10px 12px;
    border-radius: var(--_corner-small);
    background: var(--_sunken);
    font-size: var(--_small);
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .notice > .icon {
    margin-block-start: 0.15em;
    color: var(--_text-quiet);
  }
  .notice > span {
    flex: 1 1 12em;
    min-inline-size: 0;
  }
  .notice.care {
    background: var(--_care-soft);
  }
  .notice.care > .icon {
    color: var(--_care);
  }
  .notice.bad {
    background: var(--_bad-soft);
  }
  .notice.bad > .icon {
    color: var(--_bad);
  }
  @media (forced-colors: active) {
    .notice {
      border: 1px solid CanvasText;
    }
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
