import { css } from "lit";

export default css`
  :host {
    display: grid;
    gap: var(--_space-2);
    align-content: start;
    padding: var(--_space-2);
    background: var(--_surface);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    padding: var(--_space-3) var(--_space-2);
  }
  li + li {
    border-block-start: 1px solid var(--_line);
  }
  .quiet {
    margin: 0;
    padding: var(--_space-2);
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .selection {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--_space-1) var(--_space-2);
    min-block-size: 52px;
    padding: var(--_space-1) var(--_space-2);
    background: var(--_surface);
    font-size: var(--_small);
  }
  .selection label {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    min-block-size: 36px;
    cursor: pointer;
  }
  .selection input {
    inline-size: 18px;
    block-size: 18px;
    margin: 0 9px;
    accent-color: var(--_accent);
  }
  .shapes {
    display: grid;
    grid-template-columns: 36px minmax(0, 1fr);
    gap: var(--_space-2) var(--_space-3);
    padding: var(--_space-3) var(--_space-2);
    animation: show 400ms step-end;
  }
  .shapes i {
    background: var(--_hover);
  }
  .face {
    grid-row: span 2;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
  }
  .line {
    block-size: 12px;
    border-radius: 6px;
    inline-size: 60%;
  }
  .line.short {
    inline-size: 35%;
    margin-block-end: var(--_space-3);
  }
  .late {
    animation: show 3s step-end;
  }
  @keyframes show {
    from {
      visibility: hidden;
    }
  }
`;
