import { css } from "lit";

export default css`
  :host {
    display: block;
    position: relative;
    min-block-size: 0;
    block-size: 100%;
    contain: size layout; /* as large as its place: tiles never make it larger */
    contain-intrinsic-size: 20rem 14rem;
    background: var(--_surface);
    color: var(--_text);
  }
  .frame {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
  }
  .stage {
    position: relative;
    flex: 1;
    min-block-size: 0;
  }
  melo-call-tile {
    position: absolute;
    aspect-ratio: auto;
  }
  melo-call-tile.corner {
    z-index: 1;
    box-shadow: 0 0 0 2px var(--_surface);
  }
  .pages {
    flex: none;
    block-size: 44px;
    display: flex;
    justify-content: center;
    align-items: center;
    gap: 8px;
    font-size: var(--_small);
    font-variant-numeric: tabular-nums;
    color: var(--_text-quiet);
  }
  :host(:state(strip)) .pages {
    position: absolute;
    inset: 4px auto auto 4px;
    z-index: 1;
    block-size: 36px;
    border-radius: 99px;
    background: var(--_over);
    color: var(--_text);
  }
  .alone {
    position: absolute;
    inset: 8px 0 auto;
    z-index: 1;
    inline-size: fit-content;
    max-inline-size: calc(100% - 16px);
    margin: 0 auto;
    padding: 4px 12px;
    border-radius: 99px;
    background: var(--_over);
    color: var(--_text);
    font-size: var(--_small);
    text-align: center;
    text-wrap: balance;
  }
  .nothing {
    margin: auto;
    padding: 16px;
    color: var(--_text-quiet);
    text-align: center;
  }
  .status {
    position: absolute;
    inset: 0 auto auto 0;
  }
`;
