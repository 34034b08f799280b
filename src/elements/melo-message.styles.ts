import { css } from "lit";

export default css`
  :host {
    --_avatar: var(--melo-avatar-size, 36px);
    --_gutter: max(var(--_space-4), calc((100% - 60rem) / 2)); /* on a wide page, a column in its middle */
    display: block;
  }
  .message {
    display: grid;
    grid-template-columns: var(--_avatar) minmax(0, 1fr);
    column-gap: var(--_space-3);
    padding: 2px var(--_gutter) 3px;
    position: relative;
  }
  .message.leads {
    padding-block-start: 7px;
  }
  .message:hover,
  .message:focus-within {
    background: var(--_hover);
  }
  .message > * {
    grid-column: 2;
  }
  .message > :is(melo-avatar, .aside, .star) {
    grid-column: 1;
  }
  melo-avatar {
    --melo-avatar-size: var(--_avatar);
    grid-row: span 2;
    align-self: start;
    margin-block-start: 2px;
  }
  .aside {
    text-align: end;
    visibility: hidden;
    line-height: 1.45;
  }
  .message:hover .aside,
  .message:focus-within .aside {
    visibility: visible;
  }
  .aside time {
    margin-inline-end: -4px;
    letter-spacing: -0.02em;
  }
  .star {
    color: var(--_text-quiet);
    text-align: end;
  }
  header {
    display: flex;
    align-items: baseline;
    gap: 8px;
    line-height: 1.3;
    min-inline-size: 0;
  }
  button.who {
    display: block;
    min-inline-size: 0;
    min-block-size: 0;
    padding: 0;
    border-radius: 3px;
    font-weight: 650;
    text-align: start;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  button.who:hover {
    background: none;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  melo-avatar {
    cursor: pointer;
  }
  time {
    font-size: var(--_tiny);
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .body {
    max-inline-size: 68ch;
  }
  .body.notice {
    color: var(--_text-quiet);
  }
  .body.emote b {
    font-weight: 600;
  }
  .quiet {
    color: var(--_text-quiet);
  }
  .small {
    font-size: var(--_small);
  }
  .note {
    display: inline-flex;
    gap: 8px;
    align-items: start;
    font-size: var(--_small);
    color: var(--_text-quiet);
    margin-block: 2px 3px;
  }
  .note .icon {
    margin-block-start: 0.15em;
  }
  .note.bad {
    color: var(--_bad);
  }
  .note.care {
    color: var(--_care);
  }
  .box {
    display: flex;
    gap: 2px 10px;
    align-items: center;
    flex-wrap: wrap;
    justify-self: start;
    max-inline-size: 100%;
    margin-block: 3px;
    padding: 8px 12px;
    border: 1px solid var(--_line);
    border-radius: var(--_corner);
    font-size: var(--_small);
    overflow-wrap: anywhere;
  }
  .box > span {
    flex: 1 1 6em;
    min-inline-size: 0;
  }
  .box .icon {
    color: var(--_text-quiet);
  }
  .sealed {
    border-style: dashed;
    color: var(--_text-quiet);
  }
  .change {
    padding-block: 3px;
  }
  .change:not(.call) time {
    opacity: 0;
  }
  .change:hover time,
  .change:focus-within time {
    opacity: 1;
  }
  .call .note {
    align-items: baseline;
    flex-wrap: wrap;
    margin: 0;
  }
  .call .note .icon {
    align-self: center;
    margin: 0;
  }
  .call .missed {
    color: var(--_text);
  }
  .sending {
    color: var(--_text-quiet);
    font-size: var(--_small);
    animation: appear 1s step-end;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  .tools {
    position: absolute;
    inset-block-start: -14px;
    inset-inline-end: 0; /* of its grid area */
    display: flex;
    padding: 2px;
    background: var(--_raised);
    border: 1px solid var(--_line);
    border-radius: var(--_corner);
    box-shadow: var(--_shadow);
    opacity: 0;
    pointer-events: none;
  }
  .message:hover .tools,
  .message:focus-within .tools {
    opacity: 1;
    pointer-events: auto;
  }
  .tools button {
    inline-size: 32px;
    min-block-size: 30px;
  }
  @media (hover: none) {
    .message:not(:focus-within) .tools {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .message:hover {
      outline: 1px solid Highlight;
      outline-offset: -1px;
    }
  }
`;
