import { css } from "lit";

export default css`
  :host {
    display: block;
    position: relative;
    min-inline-size: 0;
    aspect-ratio: 16 / 10;
    container: melo-tile / size;
    contain: layout style paint;
    border-radius: var(--_corner);
  }
  .base {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    border-radius: inherit;
    overflow: clip;
    background: var(--_tile);
    color: var(--_text);
  }
  .base:focus-visible {
    outline: var(--_focus);
    outline-offset: -2px;
  }
  .base::after {
    content: "";
    position: absolute;
    inset: 0;
    border: 3px solid transparent;
    border-radius: inherit;
    pointer-events: none;
  }
  :host(:state(speaking)) .base:not(:focus-visible)::after {
    border-color: var(--_good);
  }
  video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    background: var(--_tile);
  }
  .screen video {
    object-fit: contain;
    background: black;
  }
  .zoomed video {
    cursor: grab;
    touch-action: none;
  }
  .mirrored video {
    scale: -1 1;
  }
  melo-avatar {
    --melo-avatar-size: clamp(32px, min(28cqw, 42cqh), 112px);
  }
  :host(:state(waiting)) melo-avatar {
    opacity: 0.55;
  }
  .reason {
    display: grid;
    justify-items: center;
    gap: 8px;
    max-inline-size: 34em;
    margin: 0;
    padding: 8px 12px 36px;
    font-size: var(--_small);
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .reason .icon {
    inline-size: 24px;
    block-size: 24px;
    color: var(--_care);
  }
  .reason.calm .icon {
    color: var(--_text-quiet);
  }
  .strip-of-words {
    position: absolute;
    inset: 6px 6px auto;
    display: flex;
    gap: 6px;
    align-items: start;
    inline-size: fit-content;
    max-inline-size: calc(100% - 12px);
    padding: 4px 10px;
    border-radius: var(--_corner-small);
    background: var(--_over);
    font-size: 13px;
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .strip-of-words .icon {
    color: var(--_care);
    margin-block-start: 0.2em;
  }
  .tag {
    position: absolute;
    inset: auto auto 6px 6px;
    display: inline-flex;
    gap: 6px;
    align-items: center;
    max-inline-size: calc(100% - 12px);
    padding: 3px 10px;
    border-radius: 99px;
    background: var(--_over);
    font-size: 13px;
    font-weight: 550;
    line-height: 1.4;
  }
  .tag bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tag .icon {
    inline-size: 14px;
    block-size: 14px;
  }
  .tag .hand {
    color: var(--_care);
  }
  .tag .weak {
    color: var(--_care);
  }
  .reactions {
    position: absolute;
    inset: auto 8px 34px auto;
    display: flex;
    flex-direction: column-reverse;
    gap: 4px;
    font-size: clamp(20px, 12cqh, 40px);
    line-height: 1.2;
    pointer-events: none;
  }
  .reactions span {
    animation: arrive var(--_calm);
  }
  @keyframes arrive {
    from {
      opacity: 0;
      translate: 0 8px;
    }
  }
  .tools {
    position: absolute;
    inset: 6px 6px auto auto;
    display: flex;
    gap: 4px;
    opacity: 0;
    transition: opacity var(--_quick);
  }
  .base:hover .tools,
  :host(:focus-within) .tools,
  .tools:has([aria-expanded="true"]) {
    opacity: 1;
  }
  .tools button {
    min-block-size: 36px;
    inline-size: 36px;
    padding: 0;
    justify-content: center;
    border-radius: 50%;
    background: var(--_over);
  }
  .tools button:hover {
    background: oklch(0.3 0.015 268);
  }
  @media (pointer: coarse) {
    .tools {
      opacity: 1;
    }
    .tools button {
      min-block-size: 44px;
      inline-size: 44px;
    }
  }
  @container melo-tile (max-height: 110px) or (max-width: 150px) {
    .tag {
      font-size: 12px;
      padding: 1px 8px;
      inset: auto auto 4px 4px;
    }
    .tools button:not(.menu-button) {
      display: none;
    }
    .tools button {
      min-block-size: 32px;
      inline-size: 32px;
    }
    .reason {
      font-size: 12px;
      line-height: 1.3;
      gap: 2px;
      padding: 4px 6px 24px;
    }
    .reason .icon {
      inline-size: 16px;
      block-size: 16px;
    }
    .reason.brief span {
      display: none;
    }
  }
  .sharing {
    display: grid;
    justify-items: center;
    gap: 10px;
    padding: 8px;
    text-align: center;
    font-size: var(--_small);
  }
  .sharing > .icon {
    inline-size: 28px;
    block-size: 28px;
    color: var(--_text-quiet);
  }
  @container melo-tile (max-height: 150px) {
    .sharing {
      gap: 4px;
    }
    .sharing > .icon {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .base {
      border: 1px solid CanvasText;
    }
    :host(:state(speaking)) .base::after {
      border-color: Highlight;
    }
    .tag,
    .strip-of-words {
      background: Canvas;
      border: 1px solid CanvasText;
    }
  }
`;
