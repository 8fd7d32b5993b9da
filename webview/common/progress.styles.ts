import { css } from 'lit';

/** A thin bar of how much is done. Its width is its view's own. */
export const progressStyles = css`
  progress {
    height: 4px;
    border: 0;
    border-radius: 2px;
    background: var(--headlight-border);
    accent-color: var(--vscode-progressBar-background);
  }
  progress::-webkit-progress-bar {
    background: var(--headlight-border);
    border-radius: 2px;
  }
  progress::-webkit-progress-value {
    background: var(--vscode-progressBar-background, var(--vscode-focusBorder));
    border-radius: 2px;
  }
`;
