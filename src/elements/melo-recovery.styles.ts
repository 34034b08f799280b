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
  .quiet {
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .notice,
  #problem {
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
  form > div:first-child {
    justify-self: stretch;
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
