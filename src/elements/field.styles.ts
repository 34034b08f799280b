import { css } from "lit";

/** A field with its label: `.field` is the frame around an `input` and the buttons that belong to it. */
export default css`
  label {
    display: block;
    margin-block-end: var(--_space-1);
    font-size: var(--_small);
    font-weight: 550;
  }
  .field {
    display: flex;
    align-items: center;
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
`;
