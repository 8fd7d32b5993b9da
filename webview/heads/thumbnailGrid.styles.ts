import { css } from 'lit';

/** Lines of thumbnails: their canvas lies under the cells, which are empty. */
export const thumbnailGridStyles = css`
  :host {
    overflow: hidden auto;
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
    flex-wrap: wrap;
    gap: var(--gap);
    width: var(--line);
    padding-left: var(--label);
    margin-bottom: var(--gap);
  }
  [role='rowheader'] {
    position: absolute;
    left: 0;
    width: var(--label);
    line-height: var(--size);
    font-size: 11px;
    cursor: pointer;
    border-radius: 2px;
    white-space: nowrap;
  }
  [role='rowheader']:hover {
    color: var(--vscode-foreground);
    text-decoration: underline;
  }
  [role='gridcell'] {
    width: var(--size);
    height: var(--size);
    cursor: pointer;
    border: 1px solid var(--headlight-border);
  }
  [role='gridcell']:hover {
    border-color: var(--vscode-foreground);
  }
  [aria-selected='true'] {
    outline: 1px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
    border-color: transparent;
  }
  [aria-selected='true'][tabindex='0'] {
    outline-width: 2px;
  }
  [role='gridcell']:focus-visible,
  [role='rowheader']:focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
`;
