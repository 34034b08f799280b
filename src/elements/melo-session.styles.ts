import { css } from "lit";

export default css`
  :host {
    display: contents;
  }
  .error {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
    padding: var(--_space-3) var(--_space-4);
    border: 1px solid var(--_line);
    border-radius: var(--_corner);
    background: var(--_bad-soft);
    font: var(--melo-font, inherit);
    font-size: var(--_small);
    color: var(--_text);
    overflow-wrap: anywhere;
  }
  .error span {
    flex: 1 1 12em;
    min-inline-size: 0;
  }
  .error .icon {
    color: var(--_bad);
    margin-block-start: 0.15em;
  }
`;
