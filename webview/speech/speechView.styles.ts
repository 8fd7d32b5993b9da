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
  .symbols {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
  }
  .symbols bdi {
    color: var(--vscode-foreground);
  }
  /* The model's own confidence: a tint that leaves the word's contrast as it is, and a line that is told without colour. */
  .words i,
  .legend i {
    position: absolute;
    right: 0;
    left: 0;
    bottom: 0;
    width: auto;
    height: 0;
    background: none;
    border-bottom: 2px solid var(--vscode-charts-yellow);
  }
  .words i.doubtful,
  .legend i.doubtful {
    border-bottom: 3px double var(--vscode-charts-red);
  }
  .words i.corrected,
  .legend i.corrected {
    border-bottom: 2px dotted var(--vscode-charts-blue);
  }
  .words [role='option']:has(i.likely):not(.chosen, .hovered) {
    background: color-mix(in srgb, var(--vscode-charts-yellow) 12%, transparent);
  }
  .words [role='option']:has(i.doubtful):not(.chosen, .hovered) {
    background: color-mix(in srgb, var(--vscode-charts-red) 14%, transparent);
  }
  .legend {
    display: flex;
    gap: 16px;
    margin: 0 0 6px;
  }
  .legend i {
    position: static;
    display: inline-block;
    width: 16px;
    margin-right: 6px;
    vertical-align: middle;
    forced-color-adjust: none;
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
