import { css } from "lit";

/**
 * The look's tokens, as private properties of every element: each follows the public property of the same name (`--melo-color-…`),
 * else what the host's accent, ink and paper give. They are computed on each element, so a host may set any of them at any level.
 */
export default css`
  :host {
    --_accent: var(--melo-color-accent, var(--melo-accent, oklch(0.56 0.15 268)));
    --_text: var(--melo-color-text, var(--melo-ink, light-dark(oklch(0.24 0.02 268), oklch(0.93 0.008 268))));
    --_surface: var(--melo-color-surface, var(--melo-paper, light-dark(oklch(1 0 0), oklch(0.225 0.012 268))));
    --_sunken: var(
      --melo-color-sunken,
      light-dark(color-mix(in oklab, var(--_surface), var(--_text) 4%), color-mix(in oklab, var(--_surface), black 20%))
    );
    --_raised: var(
      --melo-color-raised,
      light-dark(var(--_surface), color-mix(in oklab, var(--_surface), var(--_text) 6%))
    );
    --_hover: var(--melo-color-hover, color-mix(in oklab, transparent, var(--_text) 6%));
    --_line: var(--melo-color-line, color-mix(in oklab, var(--_surface), var(--_text) 13%));
    --_text-quiet: var(--melo-color-text-quiet, color-mix(in oklab, var(--_surface), var(--_text) 68%));
    --_text-accent: var(
      --melo-color-text-accent,
      light-dark(color-mix(in oklab, var(--_accent), black 14%), color-mix(in oklab, var(--_accent), white 42%))
    );
    --_on-accent: var(--melo-color-on-accent, white);
    --_accent-soft: var(--melo-color-accent-soft, color-mix(in oklab, var(--_surface), var(--_accent) 12%));
    --_good: var(--melo-color-good, light-dark(oklch(0.5 0.12 155), oklch(0.78 0.13 155)));
    --_care: var(--melo-color-care, light-dark(oklch(0.52 0.12 65), oklch(0.82 0.12 80)));
    --_care-soft: color-mix(in oklab, var(--_surface), var(--_care) 12%);
    --_bad: var(--melo-color-bad, light-dark(oklch(0.53 0.19 25), oklch(0.76 0.13 22)));
    --_bad-soft: color-mix(in oklab, var(--_surface), var(--_bad) 10%);

    --_density: var(--melo-density, 1);
    --_space-1: calc(4px * var(--_density));
    --_space-2: calc(8px * var(--_density));
    --_space-3: calc(12px * var(--_density));
    --_space-4: calc(16px * var(--_density));
    --_space-6: calc(24px * var(--_density));

    --_font-mono: var(--melo-font-mono, ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", monospace);
    --_small: var(--melo-font-size-small, 0.875em);
    --_tiny: var(--melo-font-size-tiny, 0.78em);
    --_title: var(--melo-font-size-title, 1.15em);

    --_corner: var(--melo-corner, 10px);
    --_corner-small: calc(var(--_corner) * 0.6);
    --_corner-large: calc(var(--_corner) * 1.5);
    --_focus: var(--melo-focus, 2px solid var(--_text-accent));
    --_shadow: var(--melo-shadow, 0 1px 2px oklch(0 0 0 / 0.08), 0 8px 24px oklch(0 0 0 / 0.12));
    --_quick: 120ms cubic-bezier(0.2, 0, 0, 1);
    --_calm: 220ms cubic-bezier(0.2, 0, 0, 1);

    font: var(--melo-font, inherit);
    line-height: var(--melo-line, 1.45);
    color: var(--_text);
    box-sizing: border-box;
  }

  :host([hidden]) {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --_quick: 0s;
      --_calm: 0s;
    }
  }
`;
