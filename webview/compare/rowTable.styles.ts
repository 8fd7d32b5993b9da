import { css } from 'lit';

/** A table whose rows are heads: sorted by the buttons in its head, one or two rows chosen. */
export const rowTableStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  .scroller {
    overflow: auto;
    min-height: 0;
  }
  table {
    border-collapse: collapse;
    min-width: 100%;
  }
  th,
  td {
    padding: 0 8px;
    line-height: 23px;
    text-align: left;
    font-weight: 400;
    white-space: nowrap;
    border-bottom: 1px solid var(--headlight-border);
  }
  thead th {
    position: sticky;
    top: 0;
    z-index: 1;
    padding: 0;
    background: var(--vscode-editor-background);
    color: var(--headlight-dim);
  }
  th button {
    all: unset;
    box-sizing: border-box;
    width: 100%;
    padding: 0 8px;
    cursor: pointer;
  }
  th button:hover,
  th[aria-sort] button {
    color: var(--vscode-foreground);
  }
  button:focus-visible,
  tr:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  tbody tr {
    cursor: pointer;
  }
  tbody tr:hover {
    background: var(--vscode-list-hoverBackground);
  }
  tr.one {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
  }
  tr.one:not(:focus-visible),
  tr.other:not(:focus-visible) {
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .name {
    display: inline-flex;
    gap: 8px;
    align-items: center;
    vertical-align: top;
    height: 23px;
  }
`;
