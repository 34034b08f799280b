import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  ul {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 10px 12px;
    padding: 12px;
    border: 1px solid var(--_line);
    border-radius: var(--_corner);
    background: var(--_raised);
    color: var(--_text);
    box-shadow: var(--_shadow);
  }
  li.missed {
    box-shadow: none;
  }
  melo-avatar {
    --melo-avatar-size: 44px;
  }
  .who {
    flex: 1 1 9rem;
    min-inline-size: 0;
  }
  .who p {
    margin: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .name {
    font-weight: 650;
    white-space: nowrap;
  }
  .what {
    display: flex;
    gap: 6px;
    align-items: center;
    font-size: var(--_small);
    color: var(--_text-quiet);
    overflow-wrap: anywhere;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .actions button {
    min-block-size: 44px;
  }
  .ringing melo-avatar {
    border-radius: 50%;
    animation: ring 1.5s ease-out infinite;
  }
  @keyframes ring {
    from {
      box-shadow: 0 0 0 0 color-mix(in oklab, transparent, var(--_good) 70%);
    }
    to {
      box-shadow: 0 0 0 14px transparent;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .ringing melo-avatar {
      animation: none;
      box-shadow: 0 0 0 3px var(--_good);
    }
  }
  .notice {
    flex-basis: 100%;
  }
`;
