import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  :host(:state(idle)) {
    display: none;
  }
  p {
    margin: 0;
  }
  section {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space-2) var(--_space-3);
    padding: var(--_space-2) var(--_space-3);
    border: 1px solid var(--_line);
    border-radius: var(--_corner-large);
    background: var(--_raised);
  }
  .sign {
    color: var(--_text-quiet);
    font-size: 1.15em;
  }
  .sign.good {
    color: var(--_good);
  }
  .sign.care {
    color: var(--_care);
  }
  .where {
    flex: 1 1 6em;
    min-inline-size: 0;
  }
  button.name {
    max-inline-size: 100%;
    min-block-size: 24px;
    gap: 6px;
    color: var(--_text);
  }
  .name bdi,
  p {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .lock {
    display: inline-flex;
    color: var(--_text-quiet);
    font-size: var(--_tiny);
  }
  p {
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space-2);
  }
  .notice {
    flex: 1;
    min-inline-size: 0;
  }
  .notice .link {
    min-block-size: 28px;
  }
`;
