import { css } from 'lit';
import { barStyles } from './bar.styles';
import { trackStyles } from './track.styles';
import { wordListStyles } from './wordList';

/** The layout of the captions panel: words and picture at the left, numbers at the right; below each other where it is narrow. */
export const captionViewStyles = css`
  ${barStyles}
  ${trackStyles}
  ${wordListStyles}
  :host {
    display: block;
  }
  .bar {
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--headlight-line));
  }
  .grow {
    flex: 1;
  }
  main {
    display: flex;
    flex-wrap: wrap;
  }
  /* Beside each other the picture takes the room; below it the numbers are as wide as it. */
  .left {
    flex: 1000 1 380px;
    min-width: 0;
    padding: 12px;
  }
  aside {
    flex: 1 1 300px;
    min-width: 240px;
    padding: 12px;
  }
  section {
    margin-bottom: 20px;
  }
  section h2 {
    margin-bottom: 6px;
    overflow-wrap: anywhere;
  }
  .words {
    align-items: baseline;
    gap: 2px 6px;
    margin-bottom: 10px;
    font-size: 17px;
    line-height: 24px;
  }
  .words [role='option'] {
    overflow-wrap: anywhere;
    padding: 1px 5px;
  }
  .words .hovered {
    background: var(--vscode-list-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  .words .chosen {
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
  }
  .words i {
    height: 3px;
  }
  .probability {
    font-size: 12px;
  }
  .confidence {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    white-space: nowrap;
  }
  .unsure .icon {
    color: var(--vscode-list-warningForeground, var(--vscode-charts-yellow));
  }
  h2.unsure {
    text-transform: none;
    letter-spacing: normal;
    display: flex;
    align-items: center;
    gap: 6px;
    font-size: 17px;
  }
  .plain {
    display: block;
    min-width: 96px;
    max-width: 100%;
    max-height: 60vh;
    object-fit: contain;
  }
  .edited {
    margin: 10px 0 0;
    font-size: 14px;
  }
  .edited .dim {
    margin-right: 6px;
    font-size: 12px;
  }
  .actions,
  .row {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-top: 10px;
    flex-wrap: wrap;
  }
  .row {
    margin: 8px 0;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    margin: 0 0 10px;
  }
  .pair {
    display: inline-flex;
    align-items: center;
    gap: 8px;
  }
  .share {
    display: grid;
    grid-template-columns: 60px 1fr auto;
    gap: 10px;
    align-items: center;
    line-height: 22px;
  }
  p {
    margin: 4px 0 8px;
    line-height: 18px;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: left;
    font-weight: 400;
    padding: 3px 8px 3px 0;
    vertical-align: top;
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--headlight-line));
  }
  .covered td:last-child {
    overflow-wrap: anywhere;
  }
  thead th {
    color: var(--headlight-dim);
  }
  .changes {
    display: flex;
    flex-wrap: wrap;
    gap: 0 12px;
    margin: 2px 0 0;
    padding: 0;
    list-style: none;
    color: var(--headlight-dim);
  }
  .changes .less,
  .changes .more {
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  td b {
    color: var(--vscode-list-warningForeground, var(--vscode-charts-yellow));
    font-weight: 600;
  }
  .cells {
    margin-top: 10px;
  }
  .cells caption {
    text-align: left;
    padding: 4px 0;
  }
  .cells td,
  .cells th {
    text-align: right;
    padding: 0 6px;
    line-height: 20px;
  }
`;
