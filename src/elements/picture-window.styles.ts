import { css } from "lit";

/** The inside of the small window: one picture, a name, four buttons. */
export default css`
  :host {
    display: block;
    block-size: 100%;
    background: var(--_surface);
  }
  .picture {
    position: relative;
    block-size: 100%;
    display: grid;
    place-items: center;
    overflow: clip;
    background: var(--_tile);
  }
  video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .screen video {
    object-fit: contain;
    background: black;
  }
  .mirrored video {
    scale: -1 1;
  }
  .words {
    margin: 0;
    padding: 8px 12px 60px;
    text-align: center;
    overflow-wrap: anywhere;
    font-weight: 600;
  }
  .speaking::after {
    content: "";
    position: absolute;
    inset: 0;
    border: 3px solid var(--_good);
    pointer-events: none;
  }
  .tag {
    position: absolute;
    inset: 6px auto auto 6px;
    max-inline-size: calc(100% - 12px);
    padding: 2px 10px;
    border-radius: 99px;
    background: var(--_over);
    font-size: 13px;
    font-weight: 550;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .controls {
    position: absolute;
    inset: auto 0 0;
    display: flex;
    justify-content: center;
    gap: 8px;
    padding: 8px;
  }
  .controls button {
    inline-size: 44px;
    min-block-size: 44px;
    padding: 0;
    justify-content: center;
    border-radius: 50%;
    background: var(--_over);
  }
  .controls button:hover {
    background: oklch(0.33 0.015 268);
  }
  .controls .off {
    background: oklch(0.95 0.005 268);
    color: oklch(0.2 0.01 268);
  }
  .controls .leave {
    inline-size: 60px;
    border-radius: 99px;
    background: oklch(0.52 0.2 25);
    color: white;
  }
`;
