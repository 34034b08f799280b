import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  section {
    padding: var(--_space-2);
    border: 1px solid var(--_line);
    border-radius: var(--_corner-large);
    background: var(--_surface);
  }
  header {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    min-block-size: 44px;
    padding: 4px 4px 4px var(--_space-2);
  }
  header > .icon,
  .lock {
    color: var(--_text-quiet);
  }
  .title {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    align-items: center;
    gap: 6px;
    font-weight: 600;
  }
  .title bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .lock {
    display: inline-flex;
    font-size: var(--_tiny);
  }
  .notes {
    display: grid;
    gap: var(--_space-1);
  }
  .notes:empty {
    display: none;
  }
  .notice {
    margin: 4px 4px 0;
  }
  .remark {
    padding: 0 var(--_space-2) 4px;
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .notice .link {
    min-block-size: 28px;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
    padding: var(--_space-2) var(--_space-2) 4px;
  }
`;
