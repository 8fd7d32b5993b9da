import { css } from 'lit';

/** A part of the details: its heading, and the lines of its tools. */
export const detailsStyles = css`
  h2 {
    margin-bottom: 6px;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
`;
