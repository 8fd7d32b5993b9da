import { css } from 'lit';

/** Two maps beside each other, the one by token with more room; one below the other in a narrow panel. */
export const patchViewStyles = css`
  .maps {
    display: grid;
    grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
    gap: 8px 24px;
    align-items: start;
  }
  .map {
    min-width: 0;
  }
  .pair {
    margin-top: 12px;
  }
  .ramp {
    flex: none;
    width: 120px;
    height: 10px;
    forced-color-adjust: none;
    background: linear-gradient(
      to right,
      var(--headlight-negative, var(--vscode-charts-orange)),
      transparent,
      var(--vscode-charts-blue)
    );
    border: 1px solid var(--headlight-border);
  }
  .said {
    border-collapse: collapse;
    width: 100%;
  }
  .said caption {
    text-align: start;
    line-height: 18px;
    color: var(--headlight-dim);
  }
  .said th,
  .said td {
    text-align: end;
    font-weight: 400;
    line-height: 20px;
    padding: 0 0 0 8px;
    white-space: nowrap;
    border-bottom: 1px solid var(--headlight-line);
  }
  .said th:first-child {
    text-align: start;
    padding-left: 0;
    max-width: 120px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .said thead th {
    color: var(--headlight-dim);
  }
  .list [aria-pressed='true'] {
    box-shadow: 0 2px var(--vscode-focusBorder);
  }
  @container (max-width: 699px) {
    .maps {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
