import { css } from 'lit';
import { oneLine } from '../common/styles';

/** The formula, the table, and below it the output beside the sizes; one under the other in a narrow panel. */
export const stepsViewStyles = css`
  :host {
    container-type: inline-size;
    min-width: 0;
    overflow: hidden auto;
  }
  .steps {
    padding: 12px 16px 20px;
    display: grid;
    gap: 8px;
    grid-template-columns: minmax(0, 1fr);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 2px 16px;
  }
  .formula {
    margin: 0;
    font-size: 14px;
    line-height: 22px;
  }
  .formula span {
    white-space: pre;
  }
  .formula span {
    border-radius: 3px;
    padding: 2px 0;
  }
  .formula .on {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
  }
  @media (forced-colors: active) {
    .formula .on {
      outline: 1px solid Highlight;
    }
  }
  .plain {
    margin: 0;
    line-height: 18px;
    text-wrap: pretty;
  }
  .legend {
    font-size: 12px;
    white-space: nowrap;
  }
  .legend i {
    font-style: normal;
    forced-color-adjust: none;
  }
  .plus {
    color: var(--steps-plus);
  }
  .minus {
    color: var(--steps-minus);
    margin-left: 8px;
  }
  h2 {
    line-height: 18px;
    min-width: 0;
    ${oneLine}
  }
  h2 .token {
    font-weight: 400;
    letter-spacing: 0;
    text-transform: none;
  }
  .waiting {
    opacity: 0.5;
    pointer-events: none;
  }
  .failure {
    margin: 0;
    padding: 6px 0;
    max-width: 640px;
    display: flex;
    gap: 8px;
    line-height: 20px;
  }
  .failure .icon {
    line-height: 20px;
    color: var(--vscode-errorForeground);
  }
  .progress {
    margin: 0;
  }
  .under {
    font-size: 12px;
    line-height: 18px;
    margin: 6px 8px 0;
  }
  .alike {
    text-wrap: pretty;
  }
  @container (max-width: 839px) {
    .steps {
      padding: 10px 12px 16px;
    }
  }
`;
