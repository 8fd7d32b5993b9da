import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { oneLine, sharedStyles } from '../common/styles';
import type { CellRange, RangeSums } from '../../core/attention/cellRange';
import { panelEvent } from '../run/events';
import { toolButton } from '../common/toolButton';
import { toolStyles } from '../common/tools.styles';
import { formatWeight } from '../run/wording';

/** What a brushed range holds, in one line, and what can be done with it. Fires `range-zoom` and `range-choose`. */
@customElement('headlight-range')
export class RangeNote extends LitElement {
  static override styles = [
    sharedStyles,
    toolStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 4px;
        min-width: 0;
        height: 26px;
      }
      p {
        margin: 0;
        min-width: 0;
        ${oneLine}
        font-size: 12px;
      }
    `,
  ];

  @property({ attribute: false }) range!: CellRange;
  /** Undefined where the numbers are not all there. */
  @property({ attribute: false }) sums?: RangeSums;

  override render() {
    const said = this.sentence;
    return html`<p
        title="${said}: of the weight that each of these queries gives, how much falls on these keys; the mean and the largest of the cells"
      >
        ${said}
      </p>
      ${toolButton('zoom-in', 'Zoom to the range', () => this.dispatchEvent(panelEvent('range-zoom', undefined)), { key: 'Z' })}
      ${toolButton('close', 'Clear the range', () => this.dispatchEvent(panelEvent('range-choose', undefined)), { key: 'Escape' })}`;
  }

  private get sentence(): string {
    const {
      range: { firstQuery, lastQuery, firstKey, lastKey },
      sums,
    } = this;
    const place = `${span(firstQuery, lastQuery)} → ${span(firstKey, lastKey)}`;
    if (!sums) return place;
    const { mass, mean, largest } = sums;
    return `${place}: mass ${formatWeight(mass)} · mean ${formatWeight(mean)} · largest ${formatWeight(largest.weight)} at ${largest.query} → ${largest.key}`;
  }
}

function span(first: number, last: number): string {
  return first === last ? String(first) : `${first}–${last}`;
}
