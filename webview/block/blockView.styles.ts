import { css } from 'lit';
import { wideTabStyles } from '../run/wideTab.styles';

const ownStyles = css`
  input[type='number'] {
    width: 64px;
  }
  .said {
    padding: 8px 12px;
  }
  .columns,
  .below {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: 18px 28px;
    padding: 12px;
  }
  .below {
    border-top: 1px solid var(--headlight-border);
  }
  .columns > *,
  .below > * {
    min-width: 0;
  }
  .side {
    display: grid;
    gap: 18px;
    align-content: start;
    grid-template-columns: minmax(0, 1fr);
  }
  section h2 {
    margin-bottom: 6px;
  }
  .formula {
    font-size: 11px;
  }
  p {
    text-wrap: pretty;
  }
  .positions p {
    margin-bottom: 8px;
  }
  .table {
    display: grid;
    grid-template-columns: 12px minmax(130px, 1fr) 192px repeat(2, max-content) minmax(0, max-content);
    column-gap: 10px;
  }
  .table .row {
    display: grid;
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
    align-items: center;
    min-height: 25px;
    border-bottom: 1px solid var(--headlight-border);
    line-height: 18px;
  }
  .row.inner {
    color: var(--headlight-dim);
  }
  .row.stream {
    background: color-mix(in srgb, var(--vscode-foreground) 6%, transparent);
  }
  .strong {
    font-weight: 600;
  }
  .row > * {
    min-width: 0;
  }
  .row > [role='rowheader'] {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .value {
    text-align: end;
    white-space: nowrap;
  }
  .row .says {
    max-width: 130px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .strip {
    padding: 4px 0;
  }
  .sign {
    text-align: center;
  }
  .bars {
    display: flex;
    align-items: end;
    gap: 1px;
    height: 30px;
  }
  .bars button {
    all: unset;
    flex: 0 1 16px;
    display: flex;
    align-items: end;
    justify-content: center;
    height: 30px;
    cursor: pointer;
    border-radius: 2px;
  }
  .bars button:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .bars button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .bars button[aria-pressed='true'] {
    box-shadow: inset 0 -2px var(--vscode-focusBorder);
  }
  .bars i {
    width: 70%;
    max-width: 10px;
    background: var(--vscode-charts-blue);
    margin-bottom: 2px;
    forced-color-adjust: none;
  }
  .scroll.layers {
    max-height: 420px;
  }
  .scroll.rows {
    margin: 0 0 10px;
  }
  .layers tbody tr {
    cursor: pointer;
  }
  .layers tbody tr:hover {
    background: var(--vscode-list-hoverBackground);
  }
  tr.chosen > * {
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    background: var(--vscode-list-activeSelectionBackground);
  }
  tr.chosen {
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  tr.chosen .link,
  tr.chosen .dim {
    color: inherit;
  }
  td.bar {
    width: 20%;
    min-width: 28px;
    padding-inline-end: 0;
  }
  td.says {
    max-width: 110px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .track {
    display: block;
  }
  .track i {
    border-radius: 3px;
    min-width: 1px;
  }
  .track.feedForward i {
    background: var(--headlight-negative);
  }
  .track.cross i {
    background: var(--vscode-charts-purple);
  }
  .track.stream i {
    background: var(--headlight-dim);
  }
  tr.chosen .track {
    background: color-mix(in srgb, currentColor 25%, transparent);
  }
  .neurons .track {
    width: 60px;
  }
  .neurons :is(th, td) {
    vertical-align: top;
  }
  .neurons :is(th, td):not(.text) {
    width: 1%;
  }
  .neurons td.wide-only {
    vertical-align: middle;
  }
  td.tokens {
    white-space: normal;
    line-height: 22px;
  }
  td.tokens > span {
    display: inline-block;
    max-width: 150px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    vertical-align: bottom;
    margin-inline-end: 8px;
  }
  @media (forced-colors: active) {
    .track i,
    .bars i {
      background: LinkText;
    }
    .track.stream i {
      background: CanvasText;
    }
  }
  @container (max-width: 999px) {
    .columns,
    .below {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @container (max-width: 719px) {
    .wide-only {
      display: none;
    }
  }
  @container (max-width: 640px) {
    .table {
      grid-template-columns: 12px minmax(110px, 1fr) 128px repeat(2, max-content) minmax(0, max-content);
    }
    .row .says {
      max-width: 90px;
    }
  }
  @container (max-width: 520px) {
    .cosine {
      display: none;
    }
  }
`;

/** The block on the left, all blocks and positions beside it, neurons and words below; in a narrow panel all in one column. */
export const blockViewStyles = [wideTabStyles, ownStyles];
