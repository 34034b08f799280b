import { css } from "lit";

export default css`
  :host {
    display: block;
    color: var(--_text);
    text-align: start;
  }
  .card {
    display: grid;
    gap: var(--_space-3);
  }
  .who {
    --melo-avatar-size: 48px;
    display: flex;
    align-items: center;
    gap: var(--_space-3);
    min-inline-size: 0;
  }
  .who > div {
    min-inline-size: 0;
  }
  .name {
    margin: 0;
    font-size: 1em;
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  .id {
    margin: 0;
    font-size: var(--_small);
    color: var(--_text-quiet);
    overflow-wrap: anywhere;
    user-select: all;
  }
  .verified > .icon {
    color: var(--_good);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
  }
`;
