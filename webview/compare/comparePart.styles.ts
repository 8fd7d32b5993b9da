import { css } from 'lit';
import { oneLine } from '../common/styles';

/** A part of the comparison that stands beside others: its heading in one line, and what is said below it. */
export const comparePartStyles = css`
  :host {
    min-width: 0;
  }
  h2 {
    margin-bottom: 6px;
    ${oneLine}
  }
  p {
    margin: 4px 0 0;
    font-size: 12px;
    line-height: 16px;
  }
`;
