import { css } from 'lit';

/** What the speech panel has beside the layout of the captions panel. */
export const speechViewStyles = css`
  main {
    display: block;
    padding: 12px;
  }
  .choices vscode-single-select {
    width: 150px;
  }
  .tools {
    display: inline-flex;
    gap: 4px;
    margin-left: auto;
  }
  .tool {
    all: unset;
    box-sizing: border-box;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 5px;
    min-width: 24px;
    height: 24px;
    padding: 0 4px;
    border-radius: 4px;
    cursor: pointer;
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .tool:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  .tool:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .words {
    gap: 2px 1px;
    margin: 12px 0 4px;
    font-size: 15px;
    line-height: 24px;
    max-height: 240px;
    overflow-y: auto;
    padding: 2px;
  }
  .words [role='option'] {
    padding: 0 4px;
  }
  .status {
    margin: 0 0 8px;
  }
  .cells {
    width: auto;
    min-width: 420px;
  }
  .cells th[scope='row'],
  .cells thead th:first-child {
    text-align: left;
  }
  .cells tr[aria-current='true'] {
    background: var(--vscode-list-inactiveSelectionBackground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
  }
`;
