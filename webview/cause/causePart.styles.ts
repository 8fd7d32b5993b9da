import { css } from 'lit';

/** What the parts of the Cause tab share: headings, rows of tools, lists with bars, tables that scroll. */
export const causePartStyles = css`
  :host {
    --details-background: var(--vscode-editor-background);
    display: grid;
    gap: 16px;
    grid-template-columns: minmax(0, 1fr);
    container-type: inline-size;
  }
  section {
    min-width: 0;
  }
  h2 {
    margin-bottom: 6px;
  }
  h2.next {
    margin-top: 12px;
  }
  p {
    margin: 6px 0 0;
    font-size: 12px;
    line-height: 17px;
    text-wrap: pretty;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 8px;
    min-height: 24px;
    margin: 6px 0;
  }
  .tools label {
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
  }
  .form {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    align-items: center;
    gap: 4px 10px;
  }
  .form .tools {
    margin: 0;
  }
  input[type='number'] {
    width: 58px;
  }
  input[list] {
    width: 110px;
  }
  .name {
    max-width: 120px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  textarea {
    width: 100%;
    resize: vertical;
  }
  progress {
    width: 96px;
  }
  headlight-unit-text {
    max-height: 180px;
    padding: 6px 10px;
    border: 1px solid var(--headlight-border);
    border-radius: 4px;
  }
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: 16px 24px;
  }
  .scroll {
    overflow: auto;
    max-height: 420px;
  }
  .scroll.list {
    max-height: 300px;
  }
  .list table {
    border-collapse: collapse;
    width: 100%;
  }
  .list th,
  .list td {
    text-align: end;
    font-weight: 400;
    line-height: 20px;
    padding: 0 0 0 8px;
    white-space: nowrap;
    border-bottom: 1px solid var(--headlight-line);
  }
  .list th:first-child {
    text-align: start;
    padding-left: 0;
    max-width: 130px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .list thead th {
    color: var(--headlight-dim);
    position: sticky;
    top: 0;
    background: var(--vscode-editor-background);
  }
  .list tr.current > * {
    background: var(--vscode-list-hoverBackground);
  }
  .list .track {
    display: inline-block;
    width: 36px;
    margin-inline-end: 6px;
    vertical-align: middle;
  }
  ul,
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .agreement li,
  .moved li {
    display: grid;
    grid-template-columns: 112px minmax(24px, 1fr) 48px;
    align-items: center;
    gap: 8px;
    line-height: 20px;
  }
  .moved li {
    grid-template-columns: 40px minmax(24px, 1fr) 56px;
  }
  .agreement .number,
  .moved .number,
  .parts .number {
    text-align: end;
  }
  .track.below i,
  .signed .below {
    background: var(--headlight-negative, var(--vscode-charts-orange));
  }
  .moved [aria-pressed='true'] {
    box-shadow: 0 2px var(--vscode-focusBorder);
  }
  .parts li {
    display: grid;
    grid-template-columns: minmax(0, 150px) minmax(60px, 1fr) 60px;
    align-items: center;
    gap: 8px;
    line-height: 20px;
  }
  .parts .name {
    max-width: none;
    white-space: nowrap;
  }
  .parts .opened {
    display: block;
  }
  .parts .sum {
    border-top: 1px solid var(--headlight-border);
  }
  .signed {
    position: relative;
    height: 8px;
    background: linear-gradient(var(--headlight-border), var(--headlight-border)) center / 1px 100% no-repeat;
  }
  .signed i {
    position: absolute;
    top: 0;
    height: 8px;
    background: var(--vscode-charts-blue);
    forced-color-adjust: none;
  }
  .steps li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) max-content max-content;
    gap: 4px 8px;
    align-items: start;
    padding: 2px 0;
    border-bottom: 1px solid var(--headlight-line);
    line-height: 20px;
  }
  .steps label {
    display: flex;
    gap: 6px;
    align-items: start;
    overflow-wrap: anywhere;
  }
  .steps .link {
    text-align: start;
    overflow-wrap: anywhere;
  }
  .steps input {
    flex: none;
    margin: 3px 0 0;
  }
  .plain {
    all: unset;
    cursor: pointer;
    border-radius: 4px;
    padding: 2px;
    line-height: 16px;
  }
  .parts .plain {
    padding: 0;
    margin-inline-end: 2px;
    line-height: 1;
    vertical-align: -3px;
  }
  .plain:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .plain:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  @container (max-width: 619px) {
    .pair {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @container (max-width: 559px) {
    .list .track {
      width: 14px;
      margin-inline-end: 4px;
    }
  }
  @container (max-width: 429px) {
    .list .track {
      display: none;
    }
  }
`;
