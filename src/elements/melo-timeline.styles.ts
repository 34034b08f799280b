import { css } from "lit";

export default css`
  :host {
    display: block;
    position: relative;
    min-block-size: 0;
    block-size: 100%;
    contain: strict; /* as tall as its place, and where that has no height, as the next line says: never as tall as all messages */
    contain-intrinsic-size: 20rem 36rem;
    background: var(--_surface);
  }
  .scroller {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    overflow-y: auto;
    overflow-anchor: none; /* the list keeps its place itself */
    overscroll-behavior: contain;
    scrollbar-gutter: stable;
    scrollbar-width: thin;
    scrollbar-color: color-mix(in oklab, transparent, var(--_text) 30%) transparent;
  }
  .sizer {
    position: relative;
    flex: none;
    margin-block-start: auto; /* few messages stand at the end, where the next one comes */
  }
  .row {
    position: absolute;
    inset-inline: 0;
    outline-offset: -2px;
  }
  .row:focus-visible {
    outline: var(--_focus);
  }
  .day {
    display: flex;
    align-items: center;
    gap: var(--_space-3);
    padding: 10px max(var(--_space-4), calc((100% - 60rem) / 2));
    font-size: var(--_tiny);
    font-weight: 600;
    color: var(--_text-quiet);
  }
  .day::before,
  .day::after {
    content: "";
    flex: 1;
    block-size: 1px;
    background: var(--_line);
  }
  .start {
    position: absolute;
    inset-inline: 0;
    inset-block-start: 0;
    block-size: 56px;
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    align-content: center;
    align-items: center;
    justify-content: center;
    padding-inline: var(--_space-4);
    overflow: hidden;
    text-align: center;
    font-size: var(--_small);
    line-height: 1.3;
    color: var(--_text-quiet);
    overflow-wrap: anywhere;
  }
  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: var(--_space-4);
    text-align: center;
    color: var(--_text-quiet);
  }
  .failed {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: var(--_space-4);
  }
  .failed .notice {
    max-inline-size: 32em;
  }
  .newest {
    position: absolute;
    inset-block-end: 12px;
    inset-inline: 0;
    margin-inline: auto;
    inline-size: fit-content;
    padding-inline: 14px;
    border: 1px solid var(--_line);
    border-radius: 99px;
    background: var(--_raised);
    box-shadow: var(--_shadow);
    font-size: var(--_small);
    font-weight: 600;
    color: var(--_text-accent);
    animation: rise var(--_calm);
  }
  .newest:hover {
    background: color-mix(in oklab, var(--_raised), var(--_text) 6%);
  }
  @keyframes rise {
    from {
      opacity: 0;
      translate: 0 8px;
    }
  }
`;
