import { css } from 'lit';

/**
 * One line a key; in a narrow panel a key takes three, whole columns in the order of the calculation. The columns are the grid's own, so that they stay where they are while rows come and go.
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
  :is(td, th):is(.product, .scaled, .bias, .part) {
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
  /* Still one line a key: columns as narrow as their numbers, their headings in several lines. */
  @container (max-width: 839px) {
    table {
      --numbers: 50px;
    }
    tr {
      column-gap: 6px;
      padding: 0 4px;
      grid-template-columns:
        minmax(56px, 3fr) var(--strip) var(--numbers) var(--numbers) 36px minmax(80px, 4fr)
        var(--strip) 60px;
    }
    .unscaled tr {
      grid-template-columns: minmax(56px, 3fr) var(--strip) 60px 36px minmax(80px, 4fr) var(--strip) 60px;
    }
    .with-bias tr {
      grid-template-columns:
        minmax(48px, 3fr) var(--strip) var(--numbers) var(--numbers) 84px 36px minmax(72px, 3fr)
        var(--strip) 56px;
    }
    .unscaled.with-bias tr {
      grid-template-columns:
        minmax(48px, 3fr) var(--strip) var(--numbers) 88px 36px minmax(72px, 3fr)
        var(--strip) 60px;
    }
    thead th {
      align-self: start;
      white-space: normal;
      overflow-wrap: break-word;
    }
    td.softmax {
      grid-template-columns: 40px 1fr;
      gap: 6px;
    }
    .token-cell {
      gap: 5px;
    }
  }
  /* A key takes several lines, in the order of the calculation. */
  @container (max-width: 567px) {
    table {
      min-width: 0;
    }
    tr,
    .unscaled tr,
    .with-bias tr,
    .unscaled.with-bias tr {
      column-gap: 8px;
      line-height: 22px;
      padding-block: 1px;
      grid-template-columns: minmax(44px, 1fr) max(88px, var(--strip)) minmax(80px, 1fr) max(88px, var(--strip));
    }
    tr {
      grid-template-areas: 'token key product scaled' 'token mask softmax value' 'token . part part';
    }
    .unscaled tr {
      grid-template-areas: 'token key product product' 'token mask softmax value' 'token . part part';
    }
    .with-bias tr {
      grid-template-areas: 'token key product scaled' 'token bias mask softmax' 'token value value part';
    }
    .unscaled.with-bias tr {
      grid-template-areas: 'token key product product' 'token bias mask softmax' 'token value value part';
    }
    table tr.line {
      grid-template: 'token mask softmax' auto / minmax(0, 1fr) 40px max(88px, var(--strip));
    }
    table tr.line .token-cell {
      grid-column: token;
    }
    :is(td, th):is(.product, .scaled, .bias, .part) {
      text-align: left;
    }
    .token-cell {
      align-self: start;
    }
    td.softmax {
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
    thead th {
      padding: 1px 0 2px;
    }
  }
`;
