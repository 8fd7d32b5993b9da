import { css } from 'lit';

/** A dense table of numbers inside `.scroll`, its head in sight while it scrolls. */
export const numberTableStyles = css`
  .scroll {
    overflow: auto;
  }
  table {
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0 8px 0 0;
    font-weight: 400;
    font-size: 11px;
    line-height: 17px;
    text-align: right;
    white-space: nowrap;
    border-bottom: 1px solid var(--headlight-border);
  }
  thead th {
    position: sticky;
    top: 0;
    color: var(--headlight-dim);
    background: var(--vscode-editor-background);
  }
`;
