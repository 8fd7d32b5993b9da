import { css } from 'lit';

/** Buttons below each other of which one is chosen: each a `.choice`. */
export const choiceButtonStyles = css`
  .choice {
    all: unset;
    box-sizing: border-box;
    padding: 0 6px;
    line-height: 22px;
    border-radius: 3px;
    cursor: pointer;
  }
  .choice:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .choice[aria-pressed='true'] {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
  }
  .choice:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;
