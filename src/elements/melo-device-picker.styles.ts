import { css } from "lit";

export default css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-1);
    justify-items: stretch;
    font-size: var(--_small);
  }
  p {
    margin: 0;
  }
  label[for] {
    font-weight: 550;
  }
  select {
    inline-size: 100%;
    min-block-size: 36px;
    padding: 4px 8px;
    border: 1px solid color-mix(in oklab, var(--_surface), var(--_text) 50%);
    border-radius: var(--_corner-small);
    background: var(--_raised);
    color: inherit;
    font: inherit;
    font-size: max(1em, 16px); /* below 16 px, phones zoom into a field */
    text-overflow: ellipsis;
  }
  select:focus-visible {
    outline: var(--_focus);
    outline-offset: 1px;
  }
  .quiet {
    color: var(--_text-quiet);
  }
  button.outlined {
    justify-self: start;
  }
  melo-level-meter {
    margin-block: var(--_space-1);
  }
  .switch,
  .threshold {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 var(--_space-3);
    min-block-size: 36px;
    cursor: pointer;
  }
  .switch {
    flex-wrap: nowrap;
  }
  .switch input {
    appearance: none;
    flex: none;
    position: relative;
    inline-size: 36px;
    block-size: 22px;
    margin: 0;
    border: 1px solid color-mix(in oklab, var(--_surface), var(--_text) 50%);
    border-radius: 99px;
    background: var(--_sunken);
    cursor: pointer;
    transition: background var(--_quick);
  }
  .switch input::before {
    content: "";
    position: absolute;
    inset-block-start: 2px;
    inset-inline-start: 2px;
    inline-size: 16px;
    block-size: 16px;
    border-radius: 50%;
    background: color-mix(in oklab, var(--_surface), var(--_text) 60%);
    transition: inset-inline-start var(--_quick);
  }
  .switch input:checked {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  .switch input:checked::before {
    inset-inline-start: 16px;
    background: var(--_on-accent);
  }
  .threshold output {
    color: var(--_text-quiet);
  }
  .threshold input {
    flex: 1 0 100%;
    min-block-size: 28px;
    margin: 0;
    accent-color: var(--_accent);
  }
  @media (forced-colors: active) {
    .switch input {
      appearance: auto;
      inline-size: 18px;
      block-size: 18px;
    }
    .switch input::before {
      content: none;
    }
  }
`;
