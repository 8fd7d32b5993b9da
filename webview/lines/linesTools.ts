import { html, svg, type TemplateResult } from 'lit';
import type { HeadAddress } from '../../core/run/explanation';
import { mostLineHeads } from '../run/shownHeads';
import { count, formatWeight, headName } from '../run/wording';
import { cssColor } from '../common/colorScale';
import { inlineStyle } from '../common/inlineStyle';
import type { HeadPen } from '../common/headPens';
import type { LinesLayout, Side } from './linesLayout';
import { mostLines } from './linesPainter';
import { levels, weightOf } from '../../core/attention/sortedEdges';

/** Which line is which head. */
export function headLegend(heads: readonly HeadAddress[], pens: readonly HeadPen[]): TemplateResult {
  return html`<ul class="legend" aria-label="Heads">
    ${heads.map(
      (address, i) =>
        html`<li>
          <svg viewBox="0 0 26 8" aria-hidden="true">
            ${svg`<line x1="0" y1="4" x2="26" y2="4" stroke-width="3"
      stroke=${cssColor(pens[i].color)} stroke-dasharray=${pens[i].dash.join(' ') || 'none'} />`}</svg
          >${headName(address)}
        </li>`,
    )}
  </ul>`;
}

/** Why lines of some heads only are drawn: "Lines of 36 of the 144 selected heads: …". */
export function notDrawn(drawn: number, selected: number): string {
  const why = drawn === mostLineHeads ? 'more cannot be told apart' : 'more would take too much memory at this length';
  return `Lines of ${count(drawn)} of the ${count(selected)} selected heads: ${why}. Select fewer, or see their mean in the matrix.`;
}

/** The slider for the weight from which lines are drawn, and how many these are. */
export function thresholdSlider(level: number, lines: number, onLevel: (level: number) => void): TemplateResult {
  const weight = formatWeight(weightOf(level));
  const shown =
    lines > mostLines
      ? `${count(mostLines)} strongest of ${count(lines)}`
      : `${count(lines)} ${lines === 1 ? 'line' : 'lines'}`;
  return html`<label class="threshold"
    ><span class="dim">from weight</span>
    <input
      type="range"
      min="1"
      max=${levels}
      step="any"
      .value=${String(level)}
      aria-valuetext="${weight}, ${shown}"
      @input=${(event: Event) => onLevel(Math.round(Number((event.target as HTMLInputElement).value)))}
    />
    <span class="number">${weight} <span class="dim">· ${shown}</span></span></label
  >`;
}

/** What stands above a column: what it holds, and, where it shows numbers, whose they are. */
export function columnHeading(
  side: Side,
  layout: LinesLayout,
  heads: readonly HeadAddress[],
  pens: readonly HeadPen[],
  numbered: boolean,
): TemplateResult {
  const { left, width, numbersWidth, numbers } = layout;
  const names =
    heads.length > 1 && numbers === heads.length
      ? heads.map(
          (head, i) => html`<span ${inlineStyle({ color: cssColor(pens[i].color) })}>${head.layer}.${head.head}</span>`,
        )
      : html`<span>${heads.length > 1 ? 'mean' : 'weight'}</span>`;
  const start = side === 'query' ? left - layout.query.labelWidth - numbersWidth : left + width + layout.key.labelWidth;
  return html`<span class="names ${side}" ${inlineStyle({ left: `${start}px` })}>${numbered ? names : ''}</span> ${
      side === 'query'
        ? html`<span ${inlineStyle({ right: `calc(100% - ${left - 6}px)` })}>query</span>`
        : html`<span ${inlineStyle({ left: `${left + width + 6}px` })}>key</span>`
    }`;
}
