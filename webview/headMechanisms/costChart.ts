import { html, svg } from 'lit';
import type { MechanismId } from '../../core/attention/mechanisms/mechanisms';
import { cssColor } from '../common/colorScale';
import { headPens } from '../common/headPens';
import type { Theme } from '../common/theme';
import { count } from '../run/wording';
import type { CostLine } from './costLines';
import { formatAmount } from './formatAmount';

const [width, height, left, right, top, bottom] = [340, 220, 42, 12, 10, 26] as const;
const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** What the chart always has; the chosen mechanism joins them. */
const always: readonly MechanismId[] = ['scaled', 'linear', 'performer', 'window'];

/** What is drawn: the costs over the length, both on logarithmic axes. */
export interface CostChart {
  readonly lines: readonly CostLine[];
  readonly chosen: MechanismId;
  readonly n: number;
  readonly d: number;
  readonly theme: Theme;
  /** Told what stands at a length that is pointed at. */
  readonly point: (
    note: { readonly from: string; readonly note: string; readonly anchor: DOMRect } | undefined,
  ) => void;
}

/** Multiply-adds over the length. */
export function costChart({ lines, chosen, n, d, theme, point }: CostChart) {
  const drawn = lines.filter(({ ids }) => ids.some(id => always.includes(id) || id === chosen));
  const pens = headPens(theme, drawn.length);
  const leastLength = Math.min(16, n);
  const most = Math.max(8192, n);
  const amounts = drawn.flatMap(line => [line.at(leastLength).multiplyAdds, line.at(most).multiplyAdds]);
  const [low, high] = [Math.floor(Math.log10(Math.min(...amounts))), Math.ceil(Math.log10(Math.max(...amounts)))];
  const x = (length: number) =>
    left + (Math.log(length / leastLength) / Math.log(most / leastLength)) * (width - left - right);
  const y = (amount: number) => top + (1 - (Math.log10(amount) - low) / (high - low)) * (height - top - bottom);
  const lengthAt = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const part = (((event.clientX - box.left) / box.width) * width - left) / (width - left - right);
    return Math.round(leastLength * (most / leastLength) ** Math.min(1, Math.max(0, part)));
  };
  const told = (length: number) =>
    drawn.map(line => `${line.name} ${formatAmount(line.at(length).multiplyAdds)}`).join(' · ');
  const lengths = Array.from({ length: 25 }, (_, i) => leastLength * (most / leastLength) ** (i / 24));
  const all = lines.find(({ ids }) => ids.includes('scaled'));
  const line = cssColor(theme.line);
  const dim = cssColor(theme.dim);
  return html`<svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="Multiply-adds over the length, both axes logarithmic. At ${count(n)} tokens: ${told(n)}. At ${count(most)}: ${told(most)}."
      @pointermove=${(event: PointerEvent) => {
        const length = lengthAt(event);
        point({
          from: `n = ${count(length)}`,
          note: told(length),
          anchor: new DOMRect(event.clientX - 4, event.clientY - 4, 8, 8),
        });
      }}
      @pointerleave=${() => point(undefined)}
    >
      ${Array.from({ length: high - low + 1 }, (_, i) => low + i)
        .filter(power => (power - low) % 2 === 0)
        .map(
          power => svg`<line x1=${left} x2=${width - right} y1=${y(10 ** power)} y2=${y(10 ** power)} stroke=${line} />
          <text x=${left - 6} y=${y(10 ** power) + 3} text-anchor="end" fill=${dim}>10${[...String(power)].map(digit => digits[Number(digit)]).join('')}</text>`,
        )}
      ${[leastLength, 128, 1024, most].map(
        length =>
          svg`<text x=${x(length)} y=${height - 8} text-anchor=${length === most ? 'end' : 'middle'} fill=${dim}>${count(length)}</text>`,
      )}
      <line
        x1=${x(n)}
        x2=${x(n)}
        y1=${top}
        y2=${height - bottom}
        stroke=${cssColor(theme.foreground)}
        stroke-dasharray="2 3"
      />
      <text
        x=${x(n) + (n > 1024 ? -5 : 5)}
        y=${top + 8}
        text-anchor=${n > 1024 ? 'end' : 'start'}
        fill=${cssColor(theme.foreground)}
      >
        n = ${count(n)}
      </text>
      ${drawn.map(
        (each, i) =>
          svg`<polyline fill="none" stroke=${cssColor(pens[i].color)} stroke-width=${each.ids.includes(chosen) ? 3 : 1.6}
            stroke-dasharray=${pens[i].dash.join(' ') || 'none'}
            points=${lengths.map(length => `${x(length).toFixed(1)},${y(each.at(length).multiplyAdds).toFixed(1)}`).join(' ')} />`,
      )}
      ${
        all && d >= leastLength
          ? svg`<circle cx=${x(d)} cy=${y(all.at(d).multiplyAdds)} r="4" fill="none" stroke=${cssColor(theme.foreground)} />
            <text x=${width - right} y=${height - bottom - 6} text-anchor="end" fill=${dim}>○ linear cheaper from n = d = ${d}</text>`
          : ''
      }
    </svg>
    <ul class="legend" aria-label="Lines">
      ${drawn.map(
        (each, i) =>
          html`<li>
            <svg viewBox="0 0 20 8" aria-hidden="true">
              ${svg`<line x1="0" y1="4" x2="20" y2="4" stroke-width="3" stroke=${cssColor(pens[i].color)} stroke-dasharray=${pens[i].dash.join(' ') || 'none'} />`}</svg
            >${each.name}
          </li>`,
      )}
    </ul>`;
}
