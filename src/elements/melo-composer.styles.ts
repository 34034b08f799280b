import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .field {
    display: flex;
    align-items: end;
    gap: 2px;
    padding: 3px;
    border: 1px solid var(--_line);
    border-radius: var(--_corner);
    background: var(--_raised);
    cursor: text;
    transition: border-color var(--_quick);
  }
  .field:focus-within {
    outline: var(--_focus);
    outline-offset: -1px;
  }
  :host(:state(disabled)) .field {
    background: var(--_sunken);
    cursor: default;
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    field-sizing: content;
    box-sizing: border-box;
    max-block-size: min(40vh, 16lh);
    min-block-size: 36px;
    margin: 0;
    padding: 7px 9px;
    border: 0;
    outline: 0;
    resize: none;
    background: none;
    color: inherit;
    font: inherit;
    line-height: 1.45;
    overflow-wrap: anywhere;
    scrollbar-width: thin;
  }
  textarea::placeholder {
    color: var(--_text-quiet);
    opacity: 1;
    white-space: nowrap;
    text-overflow: ellipsis;
    overflow: hidden;
  }
  textarea:disabled {
    opacity: 1;
  }
  .send:not(:disabled) {
    color: var(--_text-accent);
  }
  .notice {
    margin-block-start: 6px;
  }
  melo-identity-notice {
    margin-block-end: 8px;
  }
  @media (pointer: coarse) {
    textarea {
      min-block-size: 44px;
      padding-block: 11px;
      font-size: max(1em, 16px); /* a smaller one makes phones zoom in */
    }
  }
`;
