import { css } from 'lit';

/** What every panel shows alike: a wait, and a failure with its way out. */
export const panelStyles = css`
  :host {
    display: block;
    height: 100vh;
    overflow: hidden auto;
  }
  vscode-progress-bar {
    position: fixed;
    inset: 0 0 auto 0;
    z-index: 5;
  }
  .message {
    padding: 14px 20px;
    max-width: 640px;
  }
  .message p {
    margin: 0 0 12px;
    display: flex;
    gap: 8px;
    line-height: 20px;
  }
  .message .icon {
    line-height: 20px;
    color: var(--vscode-errorForeground);
  }
  .title {
    margin: 0;
    font: inherit;
    padding: 8px 12px;
    line-height: 20px;
    border-bottom: 1px solid var(--headlight-border);
  }
  .wait {
    display: flex;
    gap: 12px;
    align-items: center;
  }
  .wait .button {
    margin: -2px 0;
    padding-block: 2px;
  }
  .buttons {
    display: flex;
    gap: 8px;
  }
`;
