import { css } from 'lit';
import { wordListStyles } from '../common/wordList';

/** The conversation: turns below each other, the box to ask in at its foot. */
export const conversationStyles = css`
  ${wordListStyles}
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    gap: 8px;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 2px 8px;
  }
  .turns {
    flex: 1 1 auto;
    min-height: 60px;
    overflow: auto;
    display: flex;
    flex-direction: column;
  }
  .turn {
    padding: 8px 0;
    overflow-wrap: anywhere;
  }
  .turn + .turn {
    border-top: 1px solid var(--headlight-border);
  }
  .who {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    font-size: 11px;
    line-height: 16px;
    margin-bottom: 2px;
    color: var(--headlight-dim);
  }
  .who span:first-child {
    flex: none;
  }
  .who span + span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .question {
    margin: 0 0 8px;
    line-height: 19px;
    white-space: pre-wrap;
  }
  .cut {
    margin: 2px 0 0;
    font-size: 11px;
  }
  .answer {
    gap: 0 1px;
    line-height: 24px;
  }
  .answer [role='option'] {
    padding: 0 3px;
  }
  .answer [role='option']:hover {
    background: var(--vscode-list-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
  }
  .current .answer .chosen {
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
  }
  .answer i {
    height: 3px;
    bottom: -1px;
  }
  .answer i.weak {
    right: 0;
    bottom: 2px;
    height: 0;
    background: none;
    border-bottom: 1px dashed var(--vscode-list-warningForeground, var(--vscode-charts-yellow));
  }
  .current .answer .chosen i.weak {
    border-color: currentColor;
  }
  .failed {
    display: flex;
    gap: 6px;
    margin: 0 0 6px;
    line-height: 19px;
  }
  .failed .icon {
    color: var(--vscode-errorForeground);
    line-height: 19px;
  }
  .waiting {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 8px;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  form {
    display: flex;
    flex-direction: column;
    gap: 6px;
    padding: 6px 8px;
    border: 1px solid var(--vscode-input-border, var(--headlight-border));
    border-radius: 4px;
    background: var(--vscode-input-background);
  }
  form:focus-within {
    border-color: var(--vscode-focusBorder);
  }
  textarea {
    font: inherit;
    line-height: 18px;
    resize: none;
    padding: 0;
    border: 0;
    outline: none;
    color: var(--vscode-input-foreground);
    background: none;
    field-sizing: content;
    min-height: 36px;
    max-height: 160px;
  }
  textarea::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  .foot {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 6px 8px;
  }
  .foot label {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    font-size: 11px;
    color: var(--headlight-dim);
    margin-right: auto;
  }
  .foot .button {
    margin-left: auto;
  }
  input[type='checkbox'] {
    margin: 0;
    accent-color: var(--vscode-button-background);
  }
  input[type='checkbox']:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
`;
