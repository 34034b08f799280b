import { css } from "lit";

/** What floats beside a button: `.popover`, with the attribute `popover`. */
export default css`
  .popover {
    inset: auto;
    margin: 0;
    inline-size: max-content;
    max-inline-size: min(20rem, calc(100vi - 16px));
    max-block-size: calc(100vb - 16px);
    overflow: auto;
    padding: var(--_space-1);
    border: 1px solid var(--_line);
    border-radius: var(--_corner);
    background: var(--_raised);
    color: var(--_text);
    box-shadow: var(--_shadow);
    text-align: start;
  }
  @media (prefers-reduced-motion: no-preference) {
    .popover:popover-open {
      animation: appear var(--_quick);
    }
    @keyframes appear {
      from {
        opacity: 0;
      }
    }
  }
`;
