import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { cssColor, rampIndex } from '../common/colorScale';
import { inlineStyle } from '../common/inlineStyle';
import { weightColors } from '../common/weightColors';
import type { Theme } from '../common/theme';
import type { HeadPen } from '../common/headPens';
import type { Column, Side } from './linesLayout';

/** Smaller weights are written quietly. */
const leastLoud = 0.01;

/** Longer names may be cut off: then the pointer tells them. */
const shortName = 20;

/** One column of tokens, and what is to be seen of it. */
export interface TokenColumn {
  readonly side: Side;
  readonly column: Column;
  /** The rows in sight: the first, and the one after the last. */
  readonly first: number;
  readonly end: number;
  readonly names: readonly string[];
  readonly spoken: (index: number) => string;
  /** The token that Tab leads to, the one that the panel tells about, the one whose lines are shown, and where these stay. */
  readonly focused: number;
  readonly chosen?: number;
  readonly own?: number;
  readonly locked?: number;
  /** The first token of the second of two texts. */
  readonly secondText?: number;
  /** The weights that colour the tokens, and those written beside them: one array for each head, or the mean alone. */
  readonly mean?: Float32Array;
  readonly numbers?: readonly Float32Array[];
  readonly pens: readonly HeadPen[];
  readonly theme: Theme;
}

/** The options of a listbox for the rows in sight, and for the one that Tab leads to. */
export function tokenColumn(shown: TokenColumn): unknown {
  const { first, end, focused } = shown;
  const rows = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  if (focused >= 0 && focused < first) rows.unshift(focused);
  else if (focused >= end) rows.push(focused);
  return repeat(
    rows,
    index => index,
    index => option(shown, index),
  );
}

function option(shown: TokenColumn, index: number): unknown {
  const { side, column, names, theme, mean, focused, chosen, own, locked, secondText } = shown;
  const place = mean ? rampIndex(mean[index], 'sqrt') : 0;
  const label = html`<span class="slot" ${inlineStyle({ width: `${column.labelWidth}px` })}
    ><span class="label" ${inlineStyle(weightColors(theme, place))}
      ><bdi class="token">${names[index]}</bdi></span
    ></span
  >`;
  const numbers = numbersOf(shown, index);
  return html`<div
    role="option"
    data-side=${side}
    data-index=${index}
    tabindex=${index === focused ? 0 : -1}
    title=${names[index].length > shortName ? names[index] : nothing}
    class="${index === chosen ? 'chosen' : ''} ${index === own ? 'own' : ''} ${index === secondText ? 'second-text' : ''}"
    aria-selected=${index === locked}
    aria-setsize=${column.count}
    aria-posinset=${index + 1}
    aria-label=${shown.spoken(index)}
    ${inlineStyle({ top: `${column.top + index * column.pitch}px`, height: `${column.pitch}px` })}
  >
    ${side === 'query' ? [numbers, label] : [label, numbers]}
  </div>`;
}

function numbersOf({ numbers, pens }: TokenColumn, index: number): unknown {
  if (!numbers) return nothing;
  return html`<span class="numbers number"
    >${numbers.map((weights, i) => {
      const color =
        numbers.length > 1 ? cssColor(pens[i].color) : weights[index] < leastLoud ? 'var(--headlight-dim)' : '';
      return html`<span ${inlineStyle({ color })}>${shortWeight(weights[index])}</span>`;
    })}</span
  >`;
}

/** A weight in at most six characters; none for a token that cannot be seen. */
function shortWeight(weight: number): string {
  if (weight === 0) return '';
  if (weight >= 0.01) return weight.toFixed(2);
  return weight >= 0.001 ? weight.toFixed(3) : '<0.001';
}
