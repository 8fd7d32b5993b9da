import { css } from 'lit';
import { wideTabStyles } from '../run/wideTab.styles';

/** What it needs and what its logit is made of on the left, the cuts on the right; one below the other in a narrow panel. */
export const causeViewStyles = [
  wideTabStyles,
  css`
    input[type='number'] {
      width: 64px;
    }
    .said {
      padding: 12px;
    }
    .columns,
    .below {
      display: grid;
      grid-template-columns: minmax(0, 11fr) minmax(0, 12fr);
      gap: 18px 28px;
      padding: 12px;
      align-items: start;
    }
    .below {
      border-top: 1px solid var(--headlight-border);
    }
    .side {
      display: grid;
      gap: 18px;
      grid-template-columns: minmax(0, 1fr);
      min-width: 0;
    }
    .explained {
      grid-column: 1 / -1;
      max-width: 900px;
    }
    .explained p {
      text-wrap: pretty;
    }
    @container (min-width: 1100px) {
      .columns {
        grid-template-columns: minmax(0, 420px) minmax(0, 1fr);
      }
    }
    @container (max-width: 859px) {
      .columns,
      .below {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
];
