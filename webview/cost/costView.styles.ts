import { css } from 'lit';
import { progressStyles } from '../common/progress.styles';
import { wideTabStyles } from '../run/wideTab.styles';

/** Two charts side by side, one below the other in a narrow panel; below them fits, cache and words. */
export const costViewStyles = [
  wideTabStyles,
  progressStyles,
  css`
    progress {
      width: 140px;
    }
    /* As high as its longest text, so that nothing moves while one goes from length to length. */
    .readout {
      min-height: 34px;
      padding: 8px 12px 0;
    }
    .charts {
      display: grid;
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      gap: 18px;
      padding: 8px 12px 0;
    }
    .chart {
      min-width: 0;
    }
    .chart svg[role='img'] {
      max-width: 640px;
    }
    .chart svg[role='img']:focus-visible {
      outline: 1px solid var(--vscode-focusBorder);
    }
    .legend svg {
      width: 28px;
    }
    .how {
      margin-top: 12px;
    }
    .below {
      grid-template-columns: minmax(0, 12fr) minmax(0, 8fr) minmax(0, 11fr);
    }
    .scroll.rows {
      max-height: none;
    }
    dl {
      margin: 0;
      font-size: 12px;
      line-height: 17px;
    }
    dt {
      color: var(--headlight-dim);
    }
    dd {
      margin: 0 0 6px;
    }
    @container (max-width: 1299px) {
      .below {
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      }
      .fits {
        grid-column: 1 / -1;
      }
    }
    @container (max-width: 719px) {
      .readout {
        min-height: 51px;
      }
      .charts,
      .below {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
];
