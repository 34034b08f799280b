import { css } from "lit";

export default css`
  :host {
    display: grid;
    gap: 10px;
    justify-items: start;
    color: var(--_text);
  }
  video {
    inline-size: 100%;
    aspect-ratio: 4 / 3;
    object-fit: cover;
    border-radius: var(--_corner-small);
    background: black;
  }
  .notice {
    inline-size: 100%;
  }
`;
