import { css } from 'lit';

/** Pictures in as many columns as there is room for, two in a narrow panel; below them costs, chart and words. */
export const mechanismsViewStyles = css`
  :host {
    container-type: inline-size;
    min-height: 0;
    overflow: hidden auto;
    scrollbar-gutter: stable;
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 14px;
    padding: 8px 12px 0;
  }
  .top h2 {
    flex: 1 1 100%;
  }
  .top label {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .temperature {
    flex-wrap: wrap;
    white-space: nowrap;
  }
  .temperature input {
    width: 140px;
  }
  .temperature .number {
    min-width: 25ch;
  }
  .spread {
    flex: 1;
  }
  input[type='number'] {
    width: 64px;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(6, minmax(0, 1fr));
    gap: 12px;
    padding: 10px 12px 12px;
  }
  .card {
    min-width: 0;
    padding: 4px;
    border: 1px solid transparent;
    border-radius: 3px;
    cursor: pointer;
    font-size: 11px;
    line-height: 16px;
  }
  .card b {
    display: block;
    font-size: 12px;
    font-weight: 600;
    line-height: 20px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .card:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .card[aria-selected='true'] {
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
  }
  .card:focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 0;
  }
  .line {
    display: flex;
    justify-content: space-between;
    gap: 6px;
    white-space: nowrap;
  }
  .equal {
    font-weight: 600;
  }
  .set {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 14px;
    padding: 8px 12px;
    border-block: 1px solid var(--headlight-border);
  }
  .set label {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .set p {
    flex: 1 1 320px;
  }
  p {
    margin: 0;
    font-size: 12px;
    line-height: 17px;
  }
  p + p,
  ul + p {
    margin-top: 6px;
  }
  .failure,
  .wait {
    padding: 8px 12px;
  }
  .below {
    display: grid;
    grid-template-columns: minmax(0, 13fr) minmax(0, 9fr) minmax(0, 8fr);
    gap: 18px;
    padding: 12px;
  }
  .below > * {
    min-width: 0;
  }
  .below h2 {
    margin-bottom: 6px;
  }
  .scroll {
    overflow: auto;
  }
  .scroll.rows {
    max-height: 420px;
    margin: 10px 12px;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  caption {
    text-align: start;
    padding-bottom: 4px;
  }
  th,
  td {
    text-align: end;
    font-weight: 400;
    line-height: 22px;
    padding: 0 5px;
    white-space: nowrap;
    border-bottom: 1px solid var(--headlight-border);
  }
  th:first-child,
  .text {
    text-align: start;
  }
  thead th {
    color: var(--headlight-dim);
    position: sticky;
    top: 0;
    background: var(--vscode-editor-background);
  }
  tr.chosen > * {
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    background: var(--vscode-list-activeSelectionBackground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  tr.chosen .link {
    color: inherit;
    text-decoration: underline;
  }
  .chart svg[role='img'] {
    display: block;
    width: 100%;
    max-width: 480px;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 10px;
  }
  .legend,
  .tries {
    list-style: none;
    margin: 6px 0 0;
    padding: 0;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
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
  .tries li {
    line-height: 20px;
    font-size: 12px;
  }
  .explained {
    grid-column: 1 / -1;
    max-width: 900px;
  }
  @container (max-width: 999px) {
    .grid {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
    .below {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .costs {
      grid-column: 1 / -1;
    }
  }
  @container (max-width: 719px) {
    .grid {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .below {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
