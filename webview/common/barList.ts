import { css, html, type TemplateResult } from 'lit';
import { gridRow, gridRows } from './gridRows';
import { inlineStyle } from './inlineStyle';
import { trackStyles } from './track.styles';
import { formatWeight } from '../../core/attention/formatWeight';

/** One line: a name, how long its bar is, a number. */
export interface BarLine {
  readonly name: string;
  readonly note?: string;
  readonly value: number;
  /** Said after the number, where the line is a special one. */
  readonly mark?: TemplateResult;
  readonly current?: boolean;
  readonly onEnter?: () => void;
  readonly onLeave?: () => void;
}

/** Names with bars and numbers, for a `<ul>` of its own. Bars are as long as their value, 0 to 1. */
export function barList(lines: readonly BarLine[], label: string): TemplateResult {
  return html`<ul class="bars mono" aria-label=${label}>
    ${lines.map(
      line =>
        html`<li class=${line.current ? 'current' : ''} @pointerenter=${line.onEnter} @pointerleave=${line.onLeave}>
          <span class="name" title="${line.name}${line.note ? ` ${line.note}` : ''}"
            ><bdi class="token">${line.name}</bdi
            >${line.note ? html`<span class="dim">${line.note}</span>` : ''}${line.mark ?? ''}</span
          >
          <span class="track"><i ${inlineStyle({ width: `${Math.min(1, line.value) * 100}%` })}></i></span>
          <span class="number">${formatWeight(line.value)}</span>
        </li>`,
    )}
  </ul>`;
}

/** The styles of {@link barList}. */
export const barListStyles = css`
  ${trackStyles}
  .bars {
    ${gridRows};
    grid-template-columns: minmax(0, 5fr) minmax(24px, 4fr) auto;
    column-gap: 8px;
  }
  .bars li {
    ${gridRow};
    min-height: 20px;
    line-height: 20px;
    border-radius: 2px;
  }
  .bars .name {
    display: flex;
    gap: 7px;
    align-items: center;
    min-width: 0;
    white-space: nowrap;
  }
  .bars .name .dim {
    overflow: hidden;
    text-overflow: ellipsis;
    min-width: 0;
    flex-shrink: 100;
  }
  .bars .name bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    min-width: 0;
  }
  .bars .track i {
    border-radius: 3px;
  }
  .bars .number {
    text-align: right;
  }
  .bars li:hover,
  .bars li.current {
    background: var(--vscode-list-hoverBackground);
  }
`;
