import { css } from 'lit';
import { oneLine } from '../common/styles';

/** The text, and beside it, or below it where it is narrow, what is strongest. */
export const textViewStyles = css`
  :host {
    container-type: inline-size;
  }
  .hint {
    font-size: 11px;
    line-height: 16px;
    flex: 1 1 240px;
    min-width: 0;
  }
  headlight-row-table {
    flex: 1;
    min-height: 0;
  }
  .columns {
    flex: 1;
    min-height: 0;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(min(440px, 100% - 264px), max-content) 240px;
    justify-content: start;
    gap: 8px 24px;
  }
  .texts {
    display: flex;
    flex-direction: column;
    gap: 6px;
    min-height: 0;
    min-width: 0;
  }
  .texts h2 {
    flex: none;
    margin-top: 4px;
    ${oneLine}
  }
  headlight-unit-text {
    flex: 0 1 auto;
  }
  .side {
    min-width: 0;
    min-height: 0;
    overflow: hidden auto;
  }
  .side:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .side h2 {
    margin-bottom: 6px;
    ${oneLine}
  }
  .rest {
    display: flex;
    justify-content: space-between;
    font-size: 12px;
    line-height: 20px;
  }
  headlight-legend {
    margin-top: 4px;
  }
  @container (max-width: 719px) {
    .columns {
      grid-template: minmax(0, auto) minmax(120px, 1fr) / minmax(0, 1fr);
      align-content: start;
    }
    .side {
      border-top: 1px solid var(--headlight-border);
      padding-top: 8px;
    }
  }
`;
