import { css } from 'lit';

/** The legend of a chart, a list with a piece of each line. */
export const legendStyles = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    margin: 6px 0 0;
    padding: 0;
    list-style: none;
    font-size: 11px;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .legend svg {
    width: 20px;
    height: 8px;
  }
`;
