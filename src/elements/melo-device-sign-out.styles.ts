import { css } from "lit";

export default css`
  :host {
    display: contents;
  }
  p {
    margin: 0;
  }
  p + p {
    margin-block-start: var(--_space-2);
  }
  label {
    display: block;
    margin-block: var(--_space-4) var(--_space-1);
    color: var(--_text);
    font-weight: 550;
  }
  input {
    inline-size: 100%;
    min-block-size: 40px;
    padding: 4px 12px;
    border: 1px solid color-mix(in oklab, var(--_surface), var(--_text) 50%);
    border-radius: var(--_corner-small);
    background: var(--_raised);
    color: var(--_text);
    font: inherit;
    font-size: max(1em, 16px); /* below 16 px, phones zoom into a field */
  }
  input[aria-invalid="true"] {
    border-color: var(--_bad);
  }
  .notice {
    margin-block-start: var(--_space-2);
    color: var(--_text);
  }
`;
