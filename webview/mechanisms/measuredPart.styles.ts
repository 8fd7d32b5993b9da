import { css } from 'lit';
import { legendStyles } from '../common/legend.styles';

/** Table and chart beside each other, the five claims below both; one below the other where it is narrow. */
export const measuredPartStyles = css`
  ${legendStyles}
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
  }
  .parts {
    display: grid;
    grid-template-columns: minmax(0, 19fr) minmax(0, 11fr);
    gap: 16px 24px;
  }
  .parts > * {
    min-width: 0;
  }
  .wide {
    grid-column: 1 / -1;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    min-height: 26px;
    margin-bottom: 4px;
  }
  .head h2 {
    flex: 1 1 200px;
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    padding: 0 8px 0 0;
    font-weight: 400;
    font-size: 12px;
    line-height: 22px;
    text-align: start;
    white-space: nowrap;
    border-bottom: 1px solid var(--headlight-border);
  }
  td {
    font-family: var(--vscode-editor-font-family, monospace);
  }
  thead th,
  tbody th {
    color: var(--headlight-dim);
  }
  td small {
    margin-left: 5px;
    font-size: 10px;
    color: var(--headlight-dim);
  }
  tr.at > * {
    background: color-mix(in srgb, var(--vscode-foreground) 14%, transparent);
  }
  .claims th,
  .claims td {
    padding-block: 3px;
    line-height: 16px;
    white-space: normal;
    vertical-align: top;
  }
  .claims td {
    font-family: inherit;
  }
  .claims .how {
    min-width: 0;
  }
  .claims th:nth-child(2) {
    width: 22%;
  }
  .claims th:nth-child(3) {
    width: 32%;
  }
  .claims tbody th {
    color: var(--vscode-foreground);
    font-weight: 600;
    white-space: nowrap;
  }
  td.how {
    min-width: 260px;
    font-family: inherit;
    font-size: 11px;
    line-height: 16px;
    white-space: normal;
    color: var(--headlight-dim);
  }
  .progress {
    height: 2px;
    margin-bottom: 4px;
    background: color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
  }
  .progress svg {
    display: block;
    width: 100%;
    height: 2px;
  }
  .chart {
    border-radius: 2px;
    outline-offset: 2px;
  }
  .chart svg {
    display: block;
    width: 100%;
    max-width: 460px;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 10px;
  }
  p {
    margin: 6px 0 0;
    font-size: 11px;
    line-height: 16px;
  }
  @container (max-width: 600px) {
    .more {
      display: none;
    }
    .claims th:nth-child(2) {
      width: 19%;
    }
    .claims th:nth-child(3) {
      width: 27%;
    }
  }
  @container (max-width: 780px) {
    .parts {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  /* Beside the chart there is room for what is said of it. */
  @container (min-width: 540px) and (max-width: 780px) {
    .drawn {
      display: grid;
      grid-template-columns: minmax(0, 420px) minmax(0, 1fr);
      grid-template-rows: auto 1fr;
      gap: 0 18px;
    }
    .drawn > :first-child {
      grid-row: 1 / 3;
    }
    .drawn > .scroll {
      grid-column: 1 / -1;
      grid-row: auto;
    }
    .drawn .legend {
      flex-direction: column;
    }
  }
`;
