import { css } from 'lit';

/** Two charts side by side, one below the other in a narrow panel; below them fits, cache and words. */
export const costViewStyles = css`
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
  .spread {
    flex: 1;
  }
  .far {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  progress {
    width: 140px;
    height: 4px;
    border: 0;
    border-radius: 2px;
    background: var(--headlight-border);
    accent-color: var(--vscode-progressBar-background);
  }
  progress::-webkit-progress-bar {
    background: var(--headlight-border);
    border-radius: 2px;
  }
  progress::-webkit-progress-value {
    background: var(--vscode-progressBar-background, var(--vscode-focusBorder));
    border-radius: 2px;
  }
  .charts {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: 18px;
    padding: 8px 12px 0;
  }
  .chart {
    min-width: 0;
  }
  .chart > svg {
    display: block;
    width: 100%;
    max-width: 640px;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 10px;
  }
  .chart > svg:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .legend,
  .tries {
    list-style: none;
    margin: 4px 0 0;
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
    width: 28px;
    height: 8px;
  }
  .tries li {
    line-height: 20px;
    font-size: 12px;
  }
  p {
    margin: 0;
    font-size: 12px;
    line-height: 17px;
  }
  p + p,
  ul + p,
  .scroll + p {
    margin-top: 6px;
  }
  .how {
    margin-top: 12px;
  }
  .failure {
    padding: 8px 12px;
  }
  /* As high as its longest text, so that nothing moves while one goes from length to length. */
  .readout {
    min-height: 34px;
    padding: 8px 12px 0;
  }
  .below {
    display: grid;
    grid-template-columns: minmax(0, 12fr) minmax(0, 8fr) minmax(0, 11fr);
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
  }
  dl {
    margin: 0;
    font-size: 12px;
    line-height: 17px;
  }
  dt {
    color: var(--headlight-dim);
  }
  dd {
    margin: 0 0 6px;
  }
  @container (max-width: 1299px) {
    .below {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .fits {
      grid-column: 1 / -1;
    }
  }
  @container (max-width: 719px) {
    .readout {
      min-height: 51px;
    }
    .charts,
    .below {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
