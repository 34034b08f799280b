import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .step {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-3);
    justify-items: start;
  }
  h2 {
    margin: 0;
    font-size: var(--_title);
    outline: none;
  }
  p {
    margin: 0;
    text-wrap: pretty;
  }
  .notice {
    justify-self: stretch;
  }
  .key {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(5ch, max-content));
    gap: var(--_space-2) var(--_space-4);
    justify-self: stretch;
    margin: 0;
    padding: var(--_space-4);
    border: 1px solid var(--_line);
    border-radius: var(--_corner-small);
    background: var(--_sunken);
    font-family: var(--_font-mono);
    font-size: 1.05em;
    user-select: all;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-3);
    justify-self: stretch;
    justify-items: start;
  }
  label {
    display: block;
    margin-block-end: var(--_space-1);
    font-size: var(--_small);
    font-weight: 550;
  }
  form > div:first-child {
    justify-self: stretch;
  }
  .field {
    display: flex;
    gap: 2px;
    padding: 2px;
    border: 1px solid color-mix(in oklab, var(--_surface), var(--_text) 50%);
    border-radius: var(--_corner-small);
    background: var(--_raised);
  }
  .field:has(input:focus-visible) {
    outline: var(--_focus);
    outline-offset: 1px;
  }
  .field:has([aria-invalid="true"]) {
    border-color: var(--_bad);
  }
  input {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 36px;
    padding: 4px 10px;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-size: max(1em, 16px); /* below 16 px, phones zoom into a field */
  }
  input:focus-visible {
    outline: none;
  }
  [role="alert"]:empty,
  [role="status"]:empty {
    display: none;
  }
  progress {
    inline-size: 100%;
    accent-color: var(--_accent);
  }
`;
