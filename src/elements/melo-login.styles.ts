import { css } from "lit";

export default css`
  :host {
    display: block;
    container-type: inline-size;
  }
  .base {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-4);
    max-inline-size: 24rem;
    margin-inline: auto;
    padding: var(--_space-6);
    border: 1px solid var(--_line);
    border-radius: var(--_corner-large);
    background: var(--_surface);
  }
  @container (max-width: 20rem) {
    .base {
      padding: var(--_space-4);
    }
  }
  h2 {
    margin: 0;
    font-size: var(--_title);
    font-weight: 650;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  p {
    margin: 0;
    text-wrap: pretty;
  }
  .quiet {
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .ways {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-3);
  }
  .or {
    display: flex;
    align-items: center;
    gap: var(--_space-3);
    color: var(--_text-quiet);
    font-size: var(--_tiny);
  }
  .or::before,
  .or::after {
    content: "";
    flex: 1;
    block-size: 1px;
    background: var(--_line);
  }
  .progress {
    display: flex;
    gap: var(--_space-3);
    align-items: center;
    min-block-size: 36px;
    animation: appear var(--_calm) 300ms backwards; /* what is quick needs no word */
  }
  .progress .icon {
    color: var(--_text-accent);
    animation: turn 1s linear infinite;
  }
  .account {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2) var(--_space-3);
    align-items: center;
  }
  .account > div {
    flex: 1 1 8em;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .account b {
    display: block;
    font-size: var(--_small);
    font-weight: 650;
  }
  .end {
    justify-self: start;
    align-self: center;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .progress .icon {
      animation: none;
    }
  }
`;
