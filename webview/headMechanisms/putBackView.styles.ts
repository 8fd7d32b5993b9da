import { css } from 'lit';

/** What is put back, what the model then says, and what was put back before. */
export const putBackStyles = css`
  :host {
    display: block;
    --headlight-line: var(--headlight-border);
    --details-background: var(--vscode-editor-background);
  }
  h2 {
    margin: 0 0 6px;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-bottom: 6px;
  }
  progress {
    flex: 1;
    min-width: 40px;
    height: 6px;
    accent-color: var(--vscode-progressBar-background);
  }
  p {
    font-size: 12px;
    line-height: 17px;
  }
  .so-far {
    max-height: 180px;
    overflow: auto;
    margin-top: 10px;
  }
  .so-far table {
    border-collapse: collapse;
    width: 100%;
  }
  .so-far caption {
    text-align: start;
    padding-bottom: 2px;
  }
  .so-far th,
  .so-far td {
    font-weight: 400;
    line-height: 20px;
    padding: 0 0 0 8px;
    text-align: end;
    white-space: nowrap;
    border-bottom: 1px solid var(--headlight-border);
  }
  .so-far th:first-child {
    padding-left: 0;
    text-align: start;
  }
  .so-far thead th {
    color: var(--headlight-dim);
    position: sticky;
    top: 0;
    background: var(--vscode-editor-background);
  }
  .so-far .chosen > * {
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    background: var(--vscode-list-activeSelectionBackground);
  }
`;
