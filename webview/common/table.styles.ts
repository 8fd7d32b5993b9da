import { css } from 'lit';

/** A table of numbers in a component that scrolls: lines between its rows, its head in sight while they scroll. */
export const tableStyles = css`
  :host {
    overflow: auto;
  }
  table {
    border-collapse: collapse;
  }
  th,
  td {
    text-align: left;
    font-weight: 400;
    line-height: 22px;
    border-bottom: 1px solid var(--headlight-border);
  }
  thead th {
    color: var(--headlight-dim);
    position: sticky;
    top: 0;
    background: var(--vscode-editor-background);
  }
`;
