import { css } from 'lit';

/**
 * One line a key where there is room; in a narrow panel a key takes two, the score on the first, what becomes of it on
 * the second, or three. The columns are the grid's own, so that they stay where they are while rows come and go.
 */
export const stepsTableStyles = css`
  :host {
    min-width: 0;
  }
  .scroller {
    overflow: auto;
  }
  .scroller.all {
    max-height: max(260px, 62vh);
    border-bottom: 1px solid var(--edge);
  }
  :host {
    --edge: var(--headlight-border);
  }
  table,
  thead,
  tbody {
    display: block;
  }
  table {
    min-width: 440px;
    --numbers: 62px;
  }
  thead {
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--vscode-editor-background);
  }
  tr {
    display: grid;
    align-items: center;
    column-gap: 12px;
    padding: 0 8px;
    line-height: 24px;
    border-bottom: 1px solid var(--edge);
    grid-template:
      'token key product scaled mask softmax value part' / minmax(96px, 3fr) var(--strip) var(--numbers)
      var(--numbers) 58px minmax(112px, 4fr) var(--strip) 116px;
  }
  .with-bias tr {
    grid-template:
      'token key product scaled bias mask softmax value part' / minmax(88px, 3fr) var(--strip) var(--numbers)
      var(--numbers) 108px 58px minmax(104px, 3fr) var(--strip) 116px;
  }
  .unscaled tr {
    grid-template:
      'token key product mask softmax value part' / minmax(96px, 3fr) var(--strip) 88px 58px minmax(112px, 4fr)
      var(--strip) 116px;
  }
  .unscaled.with-bias tr {
    grid-template:
      'token key product bias mask softmax value part' / minmax(88px, 3fr) var(--strip) var(--numbers)
      108px 58px minmax(104px, 3fr) var(--strip) 116px;
  }
  th,
  td {
    padding: 0;
    text-align: left;
    font-weight: 400;
    min-width: 0;
    white-space: nowrap;
  }
  .token-cell {
    grid-area: token;
    display: flex;
    gap: 8px;
    align-items: baseline;
    overflow: hidden;
  }
  .token-cell bdi {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .token-cell .dim {
    flex: none;
  }
  .key {
    grid-area: key;
  }
  .product {
    grid-area: product;
  }
  .scaled {
    grid-area: scaled;
  }
  .bias {
    grid-area: bias;
  }
  .mask {
    grid-area: mask;
  }
  .softmax {
    grid-area: softmax;
  }
  .value {
    grid-area: value;
  }
  .part {
    grid-area: part;
  }
  tr.line .token-cell {
    grid-column: token-start / product-end;
  }
  .note {
    grid-column: product-start / -1;
    grid-row: 1;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  td.product,
  td.scaled,
  td.bias,
  td.part,
  th.product,
  th.scaled,
  th.bias,
  th.part {
    text-align: right;
  }
  td.softmax {
    display: grid;
    grid-template-columns: 48px 1fr;
    gap: 8px;
    align-items: center;
    text-align: right;
  }
  .bar {
    height: 8px;
    border-radius: 2px;
    background: var(--vscode-charts-blue);
    forced-color-adjust: none;
    min-width: 1px;
  }
  @media (forced-colors: active) {
    .bar {
      background: LinkText;
    }
  }
  thead th {
    line-height: 17px;
    padding: 3px 0 4px;
    cursor: help;
  }
  thead th small {
    display: block;
    font-size: 11px;
    line-height: 14px;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  thead .token-cell {
    cursor: default;
  }
  tr.query {
    color: var(--vscode-textLink-foreground, var(--vscode-foreground));
  }
  tr.query .note {
    color: var(--headlight-dim);
  }
  tbody tr:hover {
    background: var(--vscode-list-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  tbody tr.strongest {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  tbody tr.strongest .dim {
    color: inherit;
  }
  tbody tr.choosable {
    cursor: pointer;
  }
  tr:focus {
    outline: none;
  }
  tr:focus-visible,
  tbody tr:focus-visible,
  th:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  @media (forced-colors: active) {
    tbody tr.strongest {
      outline: 1px solid Highlight;
    }
  }
  @container (max-width: 839px) {
    table {
      --numbers: 58px;
    }
    tr {
      column-gap: 10px;
      line-height: 22px;
      padding-block: 1px;
      grid-template:
        'token key product scaled mask' 22px 'token softmax value value part' 22px / minmax(80px, 1fr) var(--strip)
        minmax(60px, 1fr) minmax(60px, 1fr) 116px;
    }
    .unscaled tr {
      grid-template:
        'token key product product mask' 22px 'token softmax value value part' 22px / minmax(80px, 1fr)
        var(--strip) minmax(60px, 1fr) minmax(60px, 1fr) 116px;
    }
    .with-bias tr {
      grid-template:
        'token key product scaled bias mask' 22px 'token softmax value value part part' 22px / minmax(72px, 1fr)
        var(--strip) minmax(54px, 1fr) minmax(54px, 1fr) 104px 66px;
    }
    .unscaled.with-bias tr {
      grid-template:
        'token key product bias mask' 22px 'token softmax value value part' 22px / minmax(72px, 1fr) var(--strip)
        minmax(60px, 1fr) 104px 116px;
    }
    tr.line .token-cell {
      grid-column: token-start / scaled-end;
    }
    .unscaled tr.line .token-cell {
      grid-column: token-start / product-end;
    }
    td.mask,
    th.mask {
      text-align: right;
    }
    .token-cell {
      align-self: start;
    }
    td.softmax {
      grid-template-columns: 44px 1fr;
      text-align: left;
    }
    tr.query {
      grid-template-rows: 22px auto;
    }
    .note {
      grid-row: 2;
      grid-column: key-start / -1;
      white-space: normal;
      line-height: 18px;
      padding-bottom: 3px;
    }
    thead tr:first-child {
      grid-template-rows: auto auto;
    }
    tr.line {
      align-items: center;
    }
    thead th {
      padding: 1px 0 2px;
    }
  }
  /* Three lines a key, whatever columns there are. */
  @container (max-width: 459px) {
    table {
      min-width: 0;
    }
    tr {
      grid-template:
        'token key product scaled' minmax(22px, auto)
        'token softmax value value' auto 'bias mask part part' auto / minmax(60px, 1fr) var(--strip) minmax(52px, 1fr)
        minmax(52px, 1fr) !important;
    }
    td.mask,
    th.mask {
      text-align: left;
    }
  }
`;
