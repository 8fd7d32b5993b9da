import { css } from 'lit';
import { wideTabStyles } from '../run/wideTab.styles';

const ownStyles = css`
  .temperature {
    flex-wrap: wrap;
    white-space: nowrap;
  }
  .temperature input {
    width: 140px;
  }
  .temperature .number {
    min-width: 25ch;
  }
  input[type='number'] {
    width: 64px;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(6, minmax(0, 1fr));
    gap: 12px;
    padding: 10px 12px 12px;
  }
  .card {
    min-width: 0;
    padding: 4px;
    border: 1px solid transparent;
    border-radius: 3px;
    cursor: pointer;
    font-size: 11px;
    line-height: 16px;
  }
  .card b {
    display: block;
    font-size: 12px;
    font-weight: 600;
    line-height: 20px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .card:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .card[aria-selected='true'] {
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
  }
  .card:focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 0;
  }
  .line {
    display: flex;
    justify-content: space-between;
    gap: 6px;
    white-space: nowrap;
  }
  .equal {
    font-weight: 600;
  }
  .set {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 14px;
    padding: 8px 12px;
    border-block: 1px solid var(--headlight-border);
  }
  .set label {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .set p {
    flex: 1 1 320px;
  }
  .below {
    grid-template-columns: minmax(0, 13fr) minmax(0, 9fr) minmax(0, 8fr);
  }
  tr.chosen > * {
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    background: var(--vscode-list-activeSelectionBackground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  tr.chosen .link {
    color: inherit;
    text-decoration: underline;
  }
  .chart svg[role='img'] {
    max-width: 480px;
  }
  .explained {
    grid-column: 1 / -1;
    max-width: 900px;
  }
  @container (max-width: 999px) {
    .grid {
      grid-template-columns: repeat(4, minmax(0, 1fr));
    }
    .below {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .costs {
      grid-column: 1 / -1;
    }
  }
  @container (max-width: 719px) {
    .grid {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .below {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;

/** Pictures in as many columns as there is room for, two in a narrow panel; below them costs, chart and words. */
export const mechanismsViewStyles = [wideTabStyles, ownStyles];
