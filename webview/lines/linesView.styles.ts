import { css } from 'lit';
import { oneLine } from '../common/styles';

/** The columns are positioned by the layout; the canvas lies under them, between the columns. */
export const linesViewStyles = css`
  .tools {
    gap: 4px 16px;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    list-style: none;
    margin: 0;
    padding: 0;
    flex: 1 1 auto;
    max-height: 64px;
    overflow: auto;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 6px;
    white-space: nowrap;
    line-height: 20px;
  }
  .legend svg {
    width: 26px;
    height: 8px;
    flex: none;
    forced-color-adjust: none;
  }
  .threshold {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    line-height: 20px;
  }
  .threshold .number {
    min-width: 15ch;
  }
  input[type='range'] {
    width: 110px;
  }
  .heading {
    position: relative;
    flex: none;
    height: 18px;
    font-size: 11px;
    line-height: 18px;
    overflow: hidden;
  }
  .heading span {
    position: absolute;
    top: 0;
    white-space: nowrap;
  }
  .heading .names {
    display: flex;
  }
  .names > span,
  .numbers > span {
    position: static;
    width: 44px;
    text-align: end;
    padding-inline-end: 4px;
    flex: none;
    overflow: hidden;
  }
  .key .numbers > span,
  .names.key > span {
    text-align: start;
    padding: 0;
    padding-inline-start: 4px;
  }
  .left-out {
    flex: none;
    margin: 0;
    display: flex;
    gap: 6px;
    line-height: 18px;
  }
  .left-out .icon {
    line-height: 18px;
    color: var(--vscode-notificationsInfoIcon-foreground, var(--vscode-charts-blue));
  }
  .scroll {
    flex: 1;
    min-height: 120px;
    overflow: hidden auto;
    position: relative;
    scrollbar-gutter: stable;
  }
  .sheet {
    position: relative;
  }
  canvas {
    position: absolute;
    pointer-events: none;
  }
  .column {
    position: absolute;
    top: 0;
    height: 100%;
    font-size: 11px;
  }
  [role='option'] {
    position: absolute;
    inset-inline: 0;
    display: flex;
    align-items: center;
    cursor: pointer;
  }
  .query [role='option'] {
    justify-content: flex-end;
  }
  .slot {
    display: flex;
    align-items: center;
    height: 100%;
    flex: none;
    min-width: 0;
  }
  .query .slot {
    justify-content: flex-end;
  }
  .label {
    display: flex;
    align-items: center;
    min-width: 18px;
    height: 100%;
    max-height: 18px;
    padding: 0 6px;
    border-radius: 2px;
    overflow: hidden;
    forced-color-adjust: none;
  }
  .label bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    min-width: 0;
  }
  .numbers {
    display: flex;
    flex: none;
    forced-color-adjust: none;
  }
  [role='option']:hover .label {
    background: var(--vscode-list-hoverBackground);
  }
  [role='option']:focus-visible {
    outline: none;
  }
  [role='option']:focus-visible .label {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .chosen .label {
    box-shadow: inset 0 0 0 1px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
  }
  .second-text {
    border-top: 1px solid var(--headlight-dim);
    box-sizing: border-box;
  }
  .own .label,
  .own:hover .label {
    background: var(--vscode-editor-foreground, var(--vscode-foreground));
    color: var(--vscode-editor-background);
  }
  .said {
    flex: none;
    min-height: 18px;
    line-height: 18px;
    ${oneLine}
    font-size: 12px;
  }
  .said .icon {
    font-size: 12px;
    vertical-align: -1px;
    margin-inline-end: 4px;
  }
  @media (forced-colors: active) {
    .label {
      color: CanvasText;
    }
    .own .label,
    .own:hover .label {
      background: Highlight;
      color: HighlightText;
    }
    .chosen .label {
      box-shadow: inset 0 0 0 1px Highlight;
    }
  }
`;
