import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  p {
    margin: 0;
  }
  .person,
  .text {
    padding-inline: 0;
  }
  .text {
    color: var(--_text-quiet);
    font-size: var(--_small);
  }
  .compact {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    font-size: var(--_small);
  }
  .compact > [part="text"] {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .faces {
    display: flex;
    flex: none;
  }
  .faces melo-avatar {
    --melo-avatar-size: 24px;
    border-radius: 50%;
    box-shadow: 0 0 0 2px var(--_surface);
  }
  .faces melo-avatar + melo-avatar {
    margin-inline-start: -6px;
  }
`;
