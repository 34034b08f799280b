import { css } from "lit";

/** What a message may contain: legible in both schemes, and never outside its box. */
export default css`
  .body {
    overflow-wrap: anywhere;
    overflow: clip;
    overflow-clip-margin: 4px;
  }
  .plain {
    white-space: pre-wrap;
  }
  .large {
    font-size: 2em;
    line-height: 1.25;
  }
  .body a {
    color: var(--_text-accent);
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 2px;
    border-radius: 3px;
  }
  .body :is(p, ul, ol, pre, blockquote, table, hr, h1, h2, h3, h4, h5, h6, details) {
    margin-block: 0.35em;
  }
  .body > :first-child {
    margin-block-start: 0;
  }
  .body > :last-child {
    margin-block-end: 0;
  }
  .body :is(h1, h2, h3, h4, h5, h6) {
    font-size: 1em;
    font-weight: 650;
    line-height: 1.3;
  }
  .body h1 {
    font-size: 1.25em;
  }
  .body h2 {
    font-size: 1.15em;
  }
  .body :is(ul, ol) {
    padding-inline-start: 1.6em;
  }
  .body blockquote {
    margin-inline: 0;
    padding-inline-start: 10px;
    border-inline-start: 3px solid var(--_line);
    color: var(--_text-quiet);
  }
  .body hr {
    border: 0;
    border-block-start: 1px solid var(--_line);
  }
  .body code {
    font-family: var(--_font-mono);
    font-size: 0.9em;
    background: var(--_sunken);
    border: 1px solid var(--_line);
    border-radius: 5px;
    padding: 0 4px;
  }
  .body pre {
    font-family: var(--_font-mono);
    font-size: 0.9em;
    background: var(--_sunken);
    border: 1px solid var(--_line);
    border-radius: var(--_corner-small);
    padding: 8px 10px;
    overflow-x: auto;
    overflow-wrap: normal;
    max-block-size: 24em;
  }
  .body pre code {
    font-size: 1em;
    background: none;
    border: 0;
    padding: 0;
  }
  .body table {
    display: block;
    max-inline-size: 100%;
    overflow-x: auto;
    border-collapse: collapse;
    font-size: 0.95em;
  }
  .body :is(th, td) {
    border: 1px solid var(--_line);
    padding: 3px 8px;
    text-align: start;
    overflow-wrap: normal;
  }
  .body summary {
    cursor: pointer;
  }
  .body img {
    max-inline-size: min(100%, 320px);
    max-block-size: 240px;
    block-size: auto;
    vertical-align: middle;
    border-radius: 3px;
  }
  .body img:not([width], [height]) {
    max-block-size: 2em;
  }
  .body img:not([src]) {
    min-inline-size: 1em;
    min-block-size: 1em;
    background: var(--_hover);
  }
  .mention {
    color: var(--_text-accent);
    background: var(--_accent-soft);
    border-radius: 5px;
    padding: 0 4px;
    font-weight: 550;
  }
  /* The sender chooses the hue; how light it is follows the scheme, so that no text can be hidden. */
  [data-mx-color] {
    color: light-dark(oklch(from var(--_ink) min(l, 0.52) c h), oklch(from var(--_ink) max(l, 0.78) c h));
  }
  [data-mx-bg-color] {
    background: color-mix(in oklab, var(--_surface), var(--_fill) 22%);
    border-radius: 3px;
  }
  [data-mx-spoiler]:not([data-open]) {
    border-radius: 4px;
    cursor: pointer;
    background: var(--_text-quiet);
    color: transparent;
    user-select: none;
  }
  [data-mx-spoiler]:not([data-open]) * {
    visibility: hidden;
  }
  [data-mx-spoiler]:focus-visible {
    outline: var(--_focus);
    outline-offset: 2px;
  }
  [data-mx-spoiler][data-open] {
    background: var(--_hover);
    border-radius: 4px;
  }
`;
