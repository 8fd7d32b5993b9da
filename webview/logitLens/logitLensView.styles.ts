import { css } from 'lit';
import { oneLine } from '../common/styles';

/** The grid: a column of names that stays, and columns of one width. */
export const logitLensStyles = css`
  .scroller {
    position: relative;
    overflow: auto;
    min-height: 0;
    border: 1px solid var(--headlight-border);
  }
  .scroller:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .row {
    position: relative;
    height: 25px;
  }
  .name,
  .cell,
  .head {
    height: 25px;
    line-height: 24px;
    ${oneLine}
    padding: 0 6px;
  }
  .name {
    position: sticky;
    left: 0;
    z-index: 1;
    width: 84px;
    color: var(--headlight-dim);
    background: var(--vscode-editor-background);
    border-right: 1px solid var(--headlight-border);
  }
  .cell,
  .head {
    position: absolute;
    top: 0;
    width: 80px;
    border-right: 1px solid var(--headlight-line);
    border-bottom: 1px solid var(--headlight-line);
    cursor: pointer;
  }
  .heads {
    position: sticky;
    top: 0;
    z-index: 2;
    background: var(--vscode-editor-background);
  }
  .heads .name {
    z-index: 3;
  }
  .head {
    color: var(--headlight-dim);
    background: var(--vscode-editor-background);
  }
  .head.query {
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    background: var(--vscode-list-activeSelectionBackground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .cell.final {
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 3px;
  }
  .cell:focus-visible,
  .cell.pointed {
    outline: 1px solid var(--vscode-foreground);
    outline-offset: -1px;
  }
  .cell.pending {
    color: var(--headlight-dim);
    cursor: default;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    justify-content: space-between;
    font-size: 12px;
    line-height: 16px;
  }
  p {
    margin: 0;
  }
`;
