import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  .step,
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-3);
    justify-items: start;
  }
  .notice,
  form,
  form > *:not(.buttons),
  #problem,
  melo-recovery {
    justify-self: stretch;
  }
  h2 {
    margin: 0;
    font-size: var(--_title);
    outline: none;
  }
  h3 {
    margin: 0;
    font-size: inherit;
  }
  p {
    margin: 0;
    text-wrap: pretty;
  }
  ul {
    display: grid;
    gap: var(--_space-1);
    margin: 0;
    padding-inline-start: 1.25em;
    text-wrap: pretty;
  }
  .agree {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    margin: 0;
    font-size: inherit;
    font-weight: inherit;
  }
  .agree input {
    flex: none;
    inline-size: 20px;
    min-block-size: 20px;
    block-size: 20px;
    margin: 0;
    accent-color: var(--_accent);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space-2);
  }
  a {
    color: var(--_text-accent);
  }
  #problem:empty {
    display: none;
  }
`;
