import { css } from "lit";

export default css`
  :host {
    display: block;
    background: var(--_surface);
    color: var(--_text);
    container: melo-preview / inline-size;
  }
  .lobby {
    display: grid;
    gap: var(--_space-4);
    max-inline-size: 60rem;
    margin-inline: auto;
    padding: var(--_space-4);
  }
  .picture {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: 100%; /* as wide as the buttons below it, however low */
    aspect-ratio: 16 / 10;
    max-block-size: min(24rem, 42cqb); /* of the call around it, else of the window: the button that joins stays in sight */
    min-inline-size: 0;
    border-radius: var(--_corner);
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
  .mirrored video {
    scale: -1 1;
  }
  .picture melo-avatar {
    --melo-avatar-size: clamp(56px, 22cqi, 96px);

    margin-block-end: 24px;
  }
  .switches {
    position: absolute;
    inset: auto 0 10px;
    display: flex;
    justify-content: center;
    gap: 8px;
  }
  .switches button {
    inline-size: 44px;
    min-block-size: 44px;
    padding: 0;
    justify-content: center;
    border-radius: 50%;
    background: var(--_over);
  }
  .switches button:hover {
    background: oklch(0.33 0.015 268);
  }
  .switches .off {
    background: oklch(0.95 0.005 268);
    color: oklch(0.2 0.01 268);
  }
  .side {
    display: grid;
    align-content: center;
    gap: var(--_space-3);
    min-inline-size: 0;
  }
  h2 {
    margin: 0;
    font-size: var(--_title);
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  .inside {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    font-size: var(--_small);
    color: var(--_text-quiet);
  }
  .faces {
    display: flex;
    padding-inline-start: 6px;
  }
  .faces melo-avatar {
    --melo-avatar-size: 28px;

    margin-inline-start: -6px;
    border-radius: 50%;
    box-shadow: 0 0 0 2px var(--_surface);
  }
  .inside p,
  .side > p {
    margin: 0;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .actions button {
    flex: 1 1 8rem;
    min-block-size: 44px;
  }
  melo-device-picker {
    min-inline-size: 0;
  }
  @container melo-preview (min-width: 620px) {
    .lobby {
      grid-template-columns: minmax(0, 1.4fr) minmax(15rem, 1fr);
      gap: var(--_space-6);
      align-items: center;
      padding: var(--_space-6);
    }
  }
  @media (forced-colors: active) {
    .picture {
      border: 1px solid CanvasText;
    }
  }
`;
