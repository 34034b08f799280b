import { css } from "lit";

/** See `skeleton()`. Nothing moves: what is calm looks faster than what blinks. */
export default css`
  .skeleton {
    flex: 1;
    min-block-size: 0;
    block-size: 100%;
    display: flex;
    flex-direction: column;
    justify-content: end;
    position: relative;
    overflow: hidden;
  }
  .shapes {
    display: grid;
    grid-template-columns: 36px minmax(0, 1fr);
    gap: 8px var(--_space-3);
    padding: var(--_space-4);
    animation: show 400ms step-end;
  }
  .shapes i {
    background: var(--_hover);
  }
  .face {
    grid-column: 1;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
  }
  .line {
    grid-column: 2;
    block-size: 12px;
    border-radius: 6px;
    inline-size: 50%;
    max-inline-size: 52ch;
  }
  .face + .line {
    margin-block-start: 6px;
  }
  .line.w3 {
    inline-size: 30%;
  }
  .line.w4 {
    inline-size: 40%;
  }
  .line.w6 {
    inline-size: 60%;
  }
  .line.w7 {
    inline-size: 70%;
  }
  .line.w8 {
    inline-size: 80%;
  }
  .late {
    position: absolute;
    inset: auto 0 45%;
    margin: 0 auto;
    inline-size: fit-content;
    max-inline-size: calc(100% - 32px);
    padding: 6px 14px;
    border-radius: 99px;
    background: var(--_surface);
    color: var(--_text-quiet);
    font-size: var(--_small);
    animation: show 3s step-end;
  }
  @keyframes show {
    from {
      visibility: hidden;
    }
  }
`;
