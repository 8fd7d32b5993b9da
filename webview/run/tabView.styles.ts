import { css } from 'lit';

/** The picture of a tab: what it has one below the other, in all the room there is. */
export const tabViewStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    flex: 1;
    gap: 6px;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    flex: none;
  }
`;
