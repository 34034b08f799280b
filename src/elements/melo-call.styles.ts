import { css } from "lit";

export default css`
  :host {
    display: block;
    position: relative;
    min-block-size: 0;
    block-size: 100%;
    contain: size layout; /* as large as its place, whoever is in the call */
    contain-intrinsic-size: 20rem 26rem;
    overflow: clip;
    border-radius: var(--_corner-large);
    background: var(--_surface);
    color: var(--_text);
    container: melo-call / size;
  }
  :host(:fullscreen) {
    border-radius: 0;
  }
  .stage {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    gap: 10px;
    padding: 12px;
  }
  .lobby,
  .gate,
  .sign-in {
    position: absolute;
    inset: 0;
    overflow: auto;
    display: grid;
    align-content: safe center;
  }
  .gate {
    justify-items: center;
    gap: 10px;
    padding: var(--_space-6) var(--_space-4);
    text-align: center;
  }
  .gate h2,
  .gate p {
    margin: 0;
    max-inline-size: 44ch;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  .gate h2 {
    font-size: var(--_title);
  }
  .gate p {
    color: var(--_text-quiet);
  }
  .gate > .icon {
    inline-size: 32px;
    block-size: 32px;
    color: var(--_text-quiet);
  }
  .gate.bad > .icon {
    color: var(--_bad);
  }
  .gate melo-avatar {
    --melo-avatar-size: 56px;
  }
  .gate .notice {
    text-align: start;
    color: inherit;
  }
  .waiting .icon {
    animation: turn 1.2s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .waiting .icon {
      animation: none;
    }
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    justify-content: center;
    margin-block-start: 6px;
  }
  .actions button {
    min-inline-size: 96px;
    min-block-size: 44px;
  }
  melo-login {
    inline-size: min(100% - 24px, 400px);
    margin: 12px auto;
  }
  melo-login::part(base) {
    border-color: transparent; /* the stage is the card */
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: 36px;
  }
  h2 {
    flex: 1;
    min-inline-size: 0;
    margin: 0;
    padding-inline-start: 4px;
    font-size: 1em;
    font-weight: 650;
  }
  header h2 {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  header button.square,
  select {
    min-block-size: 36px;
    border-radius: var(--_corner-small);
    color: var(--_text-quiet);
  }
  select {
    max-inline-size: 9rem;
    padding: 4px 8px;
    font: inherit;
    font-size: var(--_small);
    color: var(--_text);
    background: var(--_tile);
    border: 1px solid var(--_line);
  }
  select:focus-visible {
    outline: var(--_focus);
    outline-offset: 2px;
  }
  @media (pointer: coarse) {
    select {
      min-block-size: 44px;
    }
  }
  melo-call-status {
    flex: none;
    max-block-size: 40%;
    overflow-y: auto;
  }
  .secure {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    min-inline-size: 0;
    padding-inline-start: 4px;
    font-size: 13px;
    color: var(--_text-quiet);
  }
  melo-call-grid {
    flex: 1;
    block-size: auto;
  }
  footer {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 8px;
  }
  footer > :last-child {
    justify-self: end;
  }
  /* The row of controls has no width of its own: it follows the one that it is given. */
  footer .controls {
    grid-column: 1 / -1;
    grid-row: 1;
    min-inline-size: 0;
  }
  @container melo-call (min-width: 920px) {
    footer {
      grid-template-columns: minmax(0, 1fr) 34rem minmax(0, 1fr);
    }
    footer .controls {
      grid-column: 2;
    }
  }
  @container melo-call (max-width: 420px) {
    .stage {
      padding: 8px;
      gap: 8px;
    }
    .picture-button {
      display: none;
    }
  }
  @container melo-call (max-height: 340px) {
    header {
      display: none;
    }
    .stage {
      padding: 6px;
      gap: 6px;
    }
    footer .secure,
    footer slot[name="actions"] {
      display: none;
    }
    footer {
      gap: 0;
    }
  }
  @media (forced-colors: active) {
    .stage,
    .lobby,
    .gate {
      border: 1px solid CanvasText;
    }
  }
`;
