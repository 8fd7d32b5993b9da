import { css } from 'lit';

/** The text stands in the editor's own font; what a token's text needs beyond that comes from `tokenTextStyles`. */
export const unitTextStyles = css`
  :host {
    overflow: hidden auto;
    min-height: 0;
  }
  .text {
    font-size: var(--vscode-editor-font-size, 13px);
    line-height: 1.75;
  }
  .query,
  .token-special.query {
    box-shadow: 0 0 0 2px var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
  }
  .ticks > * {
    cursor: pointer;
  }
  .unit-line {
    box-decoration-break: clone;
    padding-block: 2px;
  }
`;
