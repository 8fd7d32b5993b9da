import { css } from 'lit';

/** Buttons of one icon, as in the editor's own toolbars. */
export const toolStyles = css`
  .grow {
    flex: 1;
  }
  .tool {
    all: unset;
    box-sizing: border-box;
    flex: none;
    width: 22px;
    height: 22px;
    border-radius: 4px;
    cursor: pointer;
    display: grid;
    place-items: center;
    color: var(--vscode-icon-foreground, var(--vscode-foreground));
  }
  .tool:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  .tool:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .tool:disabled {
    opacity: 0.4;
    cursor: default;
  }
  .tool[aria-pressed='true'],
  .tool.on {
    background: var(--vscode-inputOption-activeBackground);
    color: var(--vscode-inputOption-activeForeground);
    box-shadow: inset 0 0 0 1px var(--vscode-inputOption-activeBorder, transparent);
  }
`;
