import { css } from "lit";

export default css`
  :host {
    display: block;
  }
  ul {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-1);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  melo-voice-channel::part(base) {
    padding: 0;
    border: 0;
    background: none;
  }
  .notice .link {
    min-block-size: 28px;
  }
`;
