import { html, type TemplateResult } from 'lit';
import { count } from '../run/wording';
import { inlineStyle } from '../common/inlineStyle';
import type { DrawnSteps } from './drawnSteps';
import { queryNote, type StepName } from './stepColumns';
import { formatShare, formatSigned } from './stepNumbers';
import type { StepRow } from './stepRows';
import './vectorStrip';

/** What rows of the table are drawn with, besides the numbers. */
export interface RowLook {
  /** How wide a vector is, in CSS pixels. */
  readonly stripWidth: number;
  /** The screen's resolution. */
  readonly ratio: number;
  /** The row that the tab key leads to: −1 for the headers, and then the header. */
  readonly tabRow: number;
  readonly tabColumn: number;
}

/** A number of a vector of the table: of a row's key or value, or of the query's (row −1). */
export interface Mark {
  readonly row: number;
  readonly strip: 'key' | 'value';
  readonly dimension: number;
}

/** The headers: each step's name, and the part of the formula that it works out. */
export function headerRow({ columns }: DrawnSteps, { tabRow, tabColumn }: RowLook): TemplateResult {
  return html`<tr role="row" aria-rowindex="1">
    <th role="columnheader" class="token-cell" scope="col"><span class="visually-hidden">token</span></th>
    ${columns.map(
      ({ name, label, formula, sentence }, i) =>
        html`<th
          role="columnheader"
          scope="col"
          class=${name}
          data-column=${i}
          tabindex=${tabRow < 0 && i === tabColumn ? 0 : -1}
          aria-description=${sentence}
        >
          ${label}<small class="dim">${formula}</small>
        </th>`,
    )}
  </tr>`;
}

/** The query's vector above those of the keys. */
export function queryRow(drawn: DrawnSteps, { stripWidth, ratio }: RowLook): TemplateResult {
  const { steps, group, columns, explanation } = drawn;
  return html`<tr role="row" class="query" aria-rowindex="2" data-row="query">
    <th role="rowheader" scope="row" class="token-cell">
      <span>query</span><bdi class="token">${drawn.queryLabel}</bdi>
    </th>
    <td role="gridcell" class="key" data-strip="key">
      <headlight-vector
        .vector=${steps.query}
        .full=${drawn.full.query}
        .width=${stripWidth}
        .ratio=${ratio}
      ></headlight-vector>
      <span class="visually-hidden">q: ${steps.headSize} numbers</span>
    </td>
    <td role="gridcell" class="note" aria-colspan=${columns.length - 1}>
      ${queryNote(steps, group, explanation.model)}
    </td>
  </tr>`;
}

/** A row of the body: a key's, or the line of those that are left out or hidden. */
export function bodyRow(drawn: DrawnSteps, row: StepRow, index: number, look: RowLook): TemplateResult {
  switch (row.kind) {
    case 'key':
      return keyRow(drawn, row.key, index, look);
    case 'rest': {
      const weight = formatShare(row.weight);
      return line(
        `${count(row.count)} more`,
        'seen',
        weight,
        index,
        look,
        `${count(row.count)} more keys, ${weight} of the weight together`,
      );
    }
    case 'hidden': {
      const name = drawn.hiddenLabel(row);
      return line(name, '−∞', '0', index, look, `${name}, hidden by the mask, weight 0`);
    }
  }
}

function line(
  name: string,
  mask: string,
  weight: string,
  index: number,
  { tabRow }: RowLook,
  spoken: string,
): TemplateResult {
  return html`<tr
    role="row"
    class="line dim"
    data-row=${index}
    aria-rowindex=${index + 3}
    tabindex=${index === tabRow ? 0 : -1}
    aria-label=${spoken}
  >
    <th role="rowheader" scope="row" class="token-cell"><bdi class="token">${name}</bdi></th>
    <td role="gridcell" class="mask">${mask}</td>
    <td role="gridcell" class="softmax"><span>${weight}</span></td>
  </tr>`;
}

function keyRow(drawn: DrawnSteps, key: number, index: number, { stripWidth, ratio, tabRow }: RowLook): TemplateResult {
  const {
    steps: { products, scale, scores, bias, weights },
    sizes,
    columns,
    full,
    same,
    query,
  } = drawn;
  const strip = (which: Mark['strip'], vector: Float32Array) =>
    html`<td role="gridcell" class=${which} data-strip=${which}>
      <headlight-vector .vector=${vector} .full=${full[which]} .width=${stripWidth} .ratio=${ratio}></headlight-vector>
    </td>`;
  const cell = (name: StepName): TemplateResult => {
    switch (name) {
      case 'key':
        return strip('key', drawn.keyVector(key));
      case 'product':
        return html`<td role="gridcell" class="product">${drawn.product(products[key])}</td>`;
      case 'scaled':
        return html`<td role="gridcell" class="scaled">${drawn.score(products[key] * scale)}</td>`;
      case 'bias':
        return html`<td role="gridcell" class="bias">
          ${formatSigned(bias?.[key] ?? 0)} <span class="dim">= ${drawn.score(scores[key])}</span>
        </td>`;
      case 'mask':
        return html`<td role="gridcell" class="mask dim">seen</td>`;
      case 'softmax':
        return html`<td role="gridcell" class="softmax">
          <span>${formatShare(weights[key])}</span
          ><i class="bar" ${inlineStyle({ width: `${weights[key] * 100}%` })}></i>
        </td>`;
      case 'value':
        return strip('value', drawn.valueVector(key));
      case 'part':
        return html`<td role="gridcell" class="part">${drawn.part(sizes.parts[key])}</td>`;
    }
  };
  return html`<tr
    role="row"
    data-row=${index}
    aria-rowindex=${index + 3}
    tabindex=${index === tabRow ? 0 : -1}
    aria-label=${drawn.spoken(key)}
    class="${key === drawn.strongest ? 'strongest' : ''} ${same ? 'choosable' : ''}"
  >
    <th role="rowheader" scope="row" class="token-cell">
      <bdi class="token">${drawn.keyLabel(key)}</bdi
      ><span class="dim">${key}${same && key === query ? ' itself' : ''}</span>
    </th>
    ${columns.map(({ name }) => cell(name))}
  </tr>`;
}
