import { css } from 'lit';
import { legendStyles } from '../common/legend.styles';

/** What tabs as wide as the panel share: settings at the top, sections below, tables, charts, things to try. */
export const wideTabStyles = css`
  ${legendStyles}
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
  .spread {
    flex: 1;
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
  .failure,
  .wait {
    padding: 8px 12px;
  }
  .below {
    display: grid;
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
  .chart svg[role='img'] {
    display: block;
    width: 100%;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 10px;
  }
  .tries {
    list-style: none;
    margin: 6px 0 0;
    padding: 0;
  }
  .tries li {
    line-height: 20px;
    font-size: 12px;
  }
`;
