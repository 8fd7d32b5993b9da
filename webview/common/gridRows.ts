import { css } from 'lit';

/** A list whose rows share its columns, as declarations of a rule; {@link gridRow} is for each row. */
export const gridRows = css`
  list-style: none;
  margin: 0;
  padding: 0;
  display: grid;
`;

/** A row of {@link gridRows}. */
export const gridRow = css`
  display: grid;
  grid-template-columns: subgrid;
  grid-column: 1 / -1;
  align-items: center;
`;
