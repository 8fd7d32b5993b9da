import { css } from 'lit';
import { oneLine } from '../common/styles';

/** The two heads and their difference in three columns, each under its heading. */
export const comparedPicturesStyles = css`
  :host {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 18px;
    align-items: end;
    padding: 12px;
    container-type: inline-size;
  }
  h2 {
    flex: 1;
    min-width: 0;
    ${oneLine}
  }
  .line {
    display: flex;
    align-items: center;
    min-height: 22px;
    margin-bottom: 4px;
  }
  .tool {
    margin-inline: 0 -4px;
  }
  .table {
    grid-column: 1 / -1;
    min-width: 0;
  }
  headlight-row-table {
    max-height: 320px;
  }
  @container (max-width: 559px) {
    h2 .dim {
      display: block;
      overflow: hidden;
      text-overflow: ellipsis;
    }
  }
`;
