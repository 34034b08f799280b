import { css } from "lit";

/** See `personRow()`. `.people` is the list, `.person` the row (a button, where there is a menu). */
export default css`
  .people {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .person {
    display: flex;
    align-items: center;
    gap: 10px;
    inline-size: 100%;
    min-block-size: 32px;
    padding: 4px 8px;
    font-size: var(--_small);
    text-align: start;
  }
  .person melo-avatar {
    --melo-avatar-size: 24px;
    flex: none;
    border-radius: 50%;
    transition: box-shadow var(--_quick);
  }
  .person melo-avatar.speaking {
    box-shadow:
      0 0 0 2px var(--_surface),
      0 0 0 4px var(--_good);
  }
  .who {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .who.waiting,
  .self,
  .mark-words {
    color: var(--_text-quiet);
  }
  .self,
  .mark-words {
    font-size: var(--_tiny);
  }
  .marks {
    display: flex;
    align-items: center;
    gap: 6px;
    flex: none;
    color: var(--_text-quiet);
  }
  .marks .icon {
    inline-size: 16px;
    block-size: 16px;
  }
  .live {
    padding: 0 4px;
    border: 1px solid currentColor;
    border-radius: 4px;
    color: var(--_bad);
    font-size: max(0.72em, 10.5px);
    font-weight: 700;
    letter-spacing: 0.04em;
    line-height: 1.4;
  }
  @media (forced-colors: active) {
    .person melo-avatar.speaking {
      outline: 3px solid Highlight;
      outline-offset: 1px;
    }
  }
`;
