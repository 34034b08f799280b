import { css } from "lit";

export default css`
  :host {
    display: block;
    container-type: inline-size;
  }
  p {
    margin: 0;
  }
  .row {
    display: grid;
    grid-template-columns: 36px minmax(0, 1fr) auto;
    gap: 0 var(--_space-2);
    align-items: start;
  }
  .picture {
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    color: var(--_text-quiet);
    font-size: 1.15em;
  }
  input[type="checkbox"] {
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
    accent-color: var(--_accent);
    cursor: pointer;
  }
  .about {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 2px;
    padding-block-start: 6px;
    overflow-wrap: anywhere;
  }
  strong {
    font-weight: 600;
  }
  .marks {
    display: flex;
    flex-wrap: wrap;
    gap: 2px var(--_space-3);
    font-size: var(--_small);
    color: var(--_text-quiet);
  }
  .mark.own {
    color: var(--_text-accent);
    font-weight: 600;
  }
  .mark.verified {
    color: var(--_good);
  }
  .mark.unverified {
    color: var(--_care);
  }
  .quiet {
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .id {
    font: var(--_tiny) / 1.4 var(--_font-mono);
  }
  .buttons {
    display: flex;
  }
  .edit {
    display: flex;
    gap: 2px;
  }
  .edit input {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 36px;
    padding: 4px 10px;
    border: 1px solid color-mix(in oklab, var(--_surface), var(--_text) 50%);
    border-radius: var(--_corner-small);
    background: var(--_raised);
    color: inherit;
    font: inherit;
    font-size: max(1em, 16px); /* below 16 px, phones zoom into a field */
  }
  .notice {
    margin-block-start: var(--_space-2);
  }
  .row + .notice {
    gap: var(--_space-2) var(--_space-4);
  }
  @container (max-width: 340px) {
    .row:has(.buttons) {
      grid-template-columns: 36px minmax(0, 1fr);
    }
    .buttons {
      grid-column: 2;
      margin-inline-start: -9px;
    }
  }
`;
