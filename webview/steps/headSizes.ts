import { css, html, type TemplateResult } from 'lit';
import type { ResidualSizes } from '../../core/run/explanation';
import { gridRow, gridRows } from '../common/gridRows';
import { inlineStyle } from '../common/inlineStyle';
import { trackStyles } from '../common/track.styles';
import { formatNumber, type StepSizes } from './stepNumbers';

interface SizeLine {
  readonly name: string;
  readonly title: string;
  readonly value: number;
  readonly quiet?: boolean;
  readonly token?: boolean;
}

/** The lengths of the head's output and of what it is made of, as bars of one scale. */
export function sizeList({ output, sumOfParts, meanValue }: StepSizes): TemplateResult {
  return lineList('Sizes', [
    { name: '‖output‖', title: 'The length of what this head gives for this query', value: output },
    {
      name: 'Σ weight × ‖value‖',
      title: 'What the length would be if all values pointed the same way: the rest cancels out',
      value: sumOfParts,
      quiet: true,
    },
    { name: '‖value‖, mean', title: 'How long the values are that could be looked at', value: meanValue, quiet: true },
  ]);
}

/** What the head adds to the residual stream, beside what its layer adds and the stream that this is added to. */
export function residualList({ head, layer, stream }: ResidualSizes): TemplateResult {
  return lineList('What it adds to the residual stream', [
    {
      name: '‖this head‖',
      title: 'The length of what this head adds: its output times its rows of the output projection',
      value: head,
    },
    {
      name: '‖all heads of the layer‖',
      title: 'The length of what the whole layer of attention adds, all heads and the bias',
      value: layer,
    },
    {
      name: '‖residual stream before‖',
      title: 'The length of the vector at this token that it is added to',
      value: stream,
      quiet: true,
    },
  ]);
}

/** The keys whose values arrive most, as bars of one scale. */
export function partList({ parts }: StepSizes, nameOf: (key: number) => string, most = 5): TemplateResult {
  const keys = Array.from(parts.keys())
    .filter(key => parts[key] > 0)
    .sort((a, b) => parts[b] - parts[a] || a - b)
    .slice(0, most);
  return lineList(
    'The strongest contributions',
    keys.map(key => ({ name: `${nameOf(key)} ${key}`, title: nameOf(key), value: parts[key], token: true })),
  );
}

function lineList(label: string, lines: readonly SizeLine[]): TemplateResult {
  const full = lines.reduce((most, { value }) => Math.max(most, value), 0) || 1;
  return html`<ul class="sizes" aria-label=${label}>
    ${lines.map(
      ({ name, title, value, quiet, token }) =>
        html`<li title=${title}>
          <bdi class="name ${token ? 'token mono' : ''}">${name}</bdi>
          <span class="track"
            ><i class=${quiet ? 'quiet' : ''} ${inlineStyle({ width: `${(value / full) * 100}%` })}></i
          ></span>
          <span class="mono number">${formatNumber(value)}</span>
        </li>`,
    )}
  </ul>`;
}

/** The styles of {@link sizeList} and {@link partList}. */
export const sizesStyles = css`
  ${trackStyles}
  .sizes {
    ${gridRows};
    grid-template-columns: minmax(0, max-content) minmax(40px, 1fr) auto;
    column-gap: 12px;
  }
  .sizes li {
    ${gridRow};
    line-height: 22px;
  }
  .sizes .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  .sizes .track i {
    border-radius: 3px;
  }
  .sizes .track i.quiet {
    background: var(--headlight-dim);
  }
  @media (forced-colors: active) {
    .sizes .track i {
      background: LinkText;
    }
    .sizes .track i.quiet {
      background: CanvasText;
    }
  }
  .sizes .number {
    text-align: right;
  }
`;
