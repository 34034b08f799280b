import { css } from "lit";

export default css`
  :host {
    --_size: var(--melo-avatar-size, 36px);

    display: inline-block;
    inline-size: var(--_size);
    block-size: var(--_size);
    flex: none;
    vertical-align: middle;
  }
  .base {
    display: grid;
    place-items: center;
    inline-size: 100%;
    block-size: 100%;
    border-radius: 50%;
    overflow: clip;
    background: oklch(0.52 0.11 var(--_hue));
    color: oklch(0.99 0 0);
    font-size: calc(var(--_size) * 0.39);
    font-weight: 600;
    line-height: 1;
    user-select: none;
  }
  :host([square]) .base {
    border-radius: var(--_corner-small);
  }
  img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  @media (forced-colors: active) {
    .base {
      border: 1px solid CanvasText;
    }
  }
`;
