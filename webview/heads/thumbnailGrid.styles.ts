import { css } from 'lit';

/** Lines of thumbnails: their canvas lies under the cells, which are empty. */
export const thumbnailGridStyles = css`
  :host {
    /* Where the panel scrolls as one, names stay below its tabs, not below the edge of what scrolls in itself. */
    overflow: var(--heads-overflow, hidden auto);
    padding: 2px 2px 0 0;
  }
  .lines {
    position: relative;
    isolation: isolate;
  }
  canvas {
    position: absolute;
    left: var(--label);
    top: 0;
    z-index: -1;
    pointer-events: none;
  }
  [role='row'] {
    position: relative;
    display: flex;
    gap: 0 var(--gap);
    width: var(--line);
    padding-left: var(--label);
    margin-bottom: var(--below);
  }
  [role='rowheader'] {
    position: absolute;
    left: 0;
    width: var(--label);
    line-height: var(--high);
    font-size: 11px;
    cursor: pointer;
    border-radius: 2px;
    white-space: nowrap;
  }
  .caption {
    position: absolute;
    left: 50%;
    /* Clear of the frame of a selected head. */
    top: calc(100% + 2px);
    translate: -50%;
    font-size: 10px;
    line-height: 11px;
    text-align: center;
    white-space: nowrap;
  }
  .caption .dim {
    display: block;
  }
  .wide .caption {
    font-size: 11px;
    line-height: 15px;
  }
  .wide .caption .dim {
    display: inline;
  }
  .part + .part:not(:has(.heading)) {
    margin-top: 4px;
  }
  /* What the keys do is left out where it does not fit beside the rest. */
  .heading {
    display: flex;
    flex-wrap: wrap;
    gap: 10px 6px;
    height: 28px;
    padding: 5px 0;
    line-height: 18px;
    white-space: nowrap;
    overflow: hidden;
  }
  .part + .part .heading {
    border-top: 1px solid var(--headlight-border);
  }
  .heading .words {
    font-weight: 600;
  }
  .heading .note {
    flex: 1 1 100px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  [role='row'].names {
    margin-bottom: 1px;
    position: sticky;
    top: var(--names-top, 0);
    z-index: 2;
    background: var(--vscode-editor-background);
  }
  [role='columnheader'] {
    width: var(--size);
    font-size: 11px;
    line-height: 13px;
    text-align: center;
    cursor: pointer;
    border-radius: 2px;
    white-space: nowrap;
    /* A name may be wider than a narrow column. */
    display: flex;
    justify-content: center;
  }
  .unnamed {
    font-size: 0;
  }
  .strip [role='row'].names {
    position: static;
    background: none;
  }
  .strip [role='gridcell'] {
    border: 0;
    outline: 1px solid var(--headlight-border);
    forced-color-adjust: none;
  }
  .strip [role='gridcell']:is(:hover, :focus-visible, [aria-selected='true']) {
    z-index: 1;
  }
  .strip [role='gridcell']:hover {
    outline-color: var(--vscode-foreground);
  }
  [role='columnheader']:hover,
  [role='rowheader']:hover {
    color: var(--vscode-foreground);
    text-decoration: underline;
  }
  [role='gridcell'] {
    width: var(--size);
    height: var(--high);
    position: relative;
    cursor: pointer;
    border: 1px solid var(--headlight-border);
  }
  [role='gridcell']:hover {
    border-color: var(--vscode-foreground);
  }
  [role='gridcell'][aria-selected='true'] {
    outline: 1px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
    border-color: transparent;
  }
  [role='gridcell'][aria-selected='true'][tabindex='0'] {
    outline-width: 2px;
  }
  /* A cell may have the frame's own colour. */
  .strip [role='gridcell'][aria-selected='true'] {
    box-shadow: inset 0 0 0 1px var(--vscode-editor-background);
  }
  [role='columnheader']:focus-visible,
  [role='gridcell']:focus-visible,
  [role='rowheader']:focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  .moved {
    position: absolute;
    right: -3px;
    top: -3px;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--vscode-charts-orange, #d18616);
    border: 1px solid var(--vscode-editor-background);
    forced-color-adjust: none;
  }
  .strip .moved {
    right: 1px;
    top: 1px;
    width: 7px;
    height: 7px;
  }
`;
