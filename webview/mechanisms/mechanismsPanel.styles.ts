import { css } from 'lit';
import { oneLine } from '../common/styles';

/** The layout of the panel: four columns, two where it is narrow; what is below them in two parts. */
export const mechanismsStyles = css`
  :host {
    container-type: inline-size;
  }
  .bar {
    border-bottom: 1px solid var(--headlight-border);
  }
  .hint {
    flex: 1 1 90px;
    min-width: 0;
    ${oneLine}
  }
  #date {
    flex: 0 1 300px;
    width: 230px;
    min-width: 150px;
    line-height: 22px;
    font-family: var(--vscode-editor-font-family, monospace);
  }
  select {
    max-width: 160px;
  }
  .problem {
    display: flex;
    gap: 8px;
    padding: 10px 12px 0;
    margin: 0;
  }
  .problem .icon {
    color: var(--vscode-errorForeground);
  }
  .verdict {
    margin: 8px 12px 0;
  }
  .four {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 18px;
    padding: 10px 12px 12px;
  }
  .four section {
    min-width: 0;
  }
  .answer {
    display: flex;
    align-items: baseline;
    margin: 4px 0 8px;
    font-size: 18px;
    line-height: 26px;
    white-space: pre;
  }
  .answer span {
    cursor: pointer;
  }
  .answer .at {
    background: color-mix(in srgb, var(--vscode-foreground) 14%, transparent);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
  }
  .answer .wrong {
    color: var(--vscode-errorForeground);
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .answer b {
    margin-left: 8px;
    font-size: 13px;
    font-weight: 600;
  }
  .answer .right {
    color: var(--vscode-charts-green);
  }
  .answer .not {
    color: var(--vscode-errorForeground);
  }
  .kept {
    height: 16px;
    margin: 0;
    font-size: 11px;
    line-height: 16px;
    white-space: nowrap;
  }
  .formula {
    margin: 8px 0 0;
  }
  .scroll {
    max-height: 260px;
  }
  td.at {
    background: color-mix(in srgb, var(--vscode-foreground) 14%, transparent);
  }
  .below {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(300px, 350px);
    gap: 24px;
    padding: 14px 12px 16px;
    border-top: 1px solid var(--headlight-border);
  }
  .words {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(300px, 350px);
    gap: 24px;
    padding: 14px 12px 16px;
    border-top: 1px solid var(--headlight-border);
  }
  .what p {
    max-width: 720px;
    margin: 6px 0;
    line-height: 19px;
  }
  .what ul {
    max-width: 720px;
    margin: 6px 0 14px;
    padding-left: 18px;
    line-height: 19px;
  }
  .what li b {
    font-weight: 600;
  }
  .tries {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin: 8px 0;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    margin: 8px 0;
  }
  .step p {
    margin: 6px 0;
  }
  .empty {
    margin: 12px;
  }
  @container (max-width: 560px) {
    .hint .more {
      display: none;
    }
    .hint {
      flex-basis: 0;
    }
  }
  @container (max-width: 800px) {
    #date {
      flex-basis: 244px;
    }
    .four {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .below,
    .words {
      grid-template-columns: minmax(0, 1fr);
    }
    .step {
      order: -1;
    }
  }
`;
