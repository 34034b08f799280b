import { css } from "lit";

export default css`
  :host {
    display: block;
    position: relative;
    min-block-size: 0;
    block-size: 100%;
    contain: size; /* as tall as its place, and where that has no height, as the next line says: never as tall as all messages */
    contain-intrinsic-size: 20rem 36rem;
    overflow: clip;
    background: var(--_surface);
    container: melo-room / inline-size;
  }
  .frame {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
  }
  melo-timeline {
    flex: 1;
  }
  header {
    display: flex;
    align-items: center;
    gap: var(--_space-3);
    padding: 10px var(--_space-3) 10px var(--_space-4);
    border-block-end: 1px solid var(--_line);
  }
  .title {
    flex: 1;
    min-inline-size: 0;
  }
  h2 {
    display: flex;
    gap: 6px;
    align-items: center;
    margin: 0;
    font-size: 1em;
    font-weight: 650;
    letter-spacing: -0.005em;
    line-height: 1.3;
    min-inline-size: 0;
  }
  header h2 bdi,
  header p {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  melo-encryption-badge {
    flex: none;
  }
  header p {
    margin: 0;
    font-size: var(--_small);
    color: var(--_text-quiet);
  }
  .banner {
    display: flex;
    align-items: start;
    gap: 4px var(--_space-3);
    padding: 10px var(--_space-4);
    border-block-end: 1px solid var(--_line);
    font-size: var(--_small);
  }
  .banner.care {
    background: var(--_care-soft);
  }
  .banner.quiet {
    background: var(--_sunken);
  }
  .banner > .icon {
    inline-size: 18px;
    block-size: 18px;
    margin-block-start: 1px;
    color: var(--_text-quiet);
  }
  .banner.care > .icon {
    color: var(--_care);
  }
  .banner > div {
    flex: 1;
    min-inline-size: 0;
  }
  .banner p {
    margin: 0;
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .banner button {
    flex: none;
  }
  summary {
    inline-size: fit-content;
    cursor: pointer;
    border-radius: 3px;
    color: var(--_text-accent);
    font-weight: 600;
  }
  summary:focus-visible {
    outline: var(--_focus);
    outline-offset: 2px;
  }
  details p {
    max-inline-size: 68ch;
    color: var(--_text-quiet);
  }
  .status {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0 8px;
    padding: 4px var(--_space-4);
    font-size: var(--_tiny);
    color: var(--_text-quiet);
    background: var(--_sunken);
    border-block-end: 1px solid var(--_line);
    font-variant-numeric: tabular-nums;
  }
  .foot {
    padding: 4px max(var(--_space-4), calc((100% - 60rem) / 2)) 2px;
  }
  melo-typing {
    padding-inline: 4px;
  }
  .gate,
  .sign-in {
    flex: 1;
    display: grid;
    align-content: center;
    justify-items: center;
    gap: 10px;
    padding: var(--_space-6) var(--_space-4);
    overflow-y: auto;
    text-align: center;
  }
  .sign-in {
    justify-items: stretch;
    text-align: start;
  }
  melo-login {
    inline-size: min(100%, 400px);
    margin-inline: auto;
  }
  melo-login::part(base) {
    border-color: transparent; /* the room is the card */
  }
  .gate melo-avatar {
    --melo-avatar-size: 56px;
  }
  .gate > .icon {
    inline-size: 32px;
    block-size: 32px;
    color: var(--_text-quiet);
  }
  .gate.bad > .icon {
    color: var(--_bad);
  }
  .gate h2 {
    font-size: var(--_title);
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .gate p {
    margin: 0;
    max-inline-size: 44ch;
    color: var(--_text-quiet);
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  .gate .notice {
    color: inherit;
    text-align: start;
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
  }
  @container melo-room (max-width: 420px) {
    .banner {
      flex-wrap: wrap;
    }
    .banner > div {
      flex-basis: 70%;
    }
    .banner button {
      margin-inline-start: calc(18px + var(--_space-3));
    }
    .foot {
      padding-inline: var(--_space-2);
    }
    header {
      padding-inline: var(--_space-3) var(--_space-2);
    }
  }
`;
