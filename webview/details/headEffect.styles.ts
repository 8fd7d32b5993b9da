import { css } from 'lit';

/** The switches, the token that is asked for, and the rank of the head. */
export const headEffectStyles = css`
  .tools {
    margin-bottom: 6px;
  }
  p {
    margin: 6px 0 0;
  }
  .rank {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-top: 8px;
  }
  .follow {
    display: flex;
    align-items: center;
    gap: 6px;
    margin-top: 6px;
  }
  .wraps {
    flex-wrap: wrap;
  }
  .follow label {
    flex: none;
    white-space: nowrap;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .check input {
    margin: 0;
  }
  .select select {
    max-width: 180px;
  }
  .field {
    flex: 1 1 118px;
    max-width: 180px;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
  }
  progress {
    flex: 1;
    min-width: 40px;
    height: 6px;
    accent-color: var(--vscode-progressBar-background);
  }
`;
