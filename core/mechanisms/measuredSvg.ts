import { hexColor } from '../export/pictureColors';
import type { PictureLook } from '../export/pictureLook';
import { headingHeight, margin, svgDocument, svgLine } from '../export/svgDocument';
import { svgText } from '../export/svgLabels';
import { accuracyChart, chartPens, chartSize } from './accuracyChart';
import { axisWords, measuredAxes, type MeasuredDates } from './measuredDates';
import { mechanismIds, mechanismWords } from './mechanisms';
import { percent } from './measuredTables';

const gap = 28;
/** Dashes of each pen, as the panel draws them. */
const dashes = ['none', '9 4', '2 3', '9 3 2 3', '5 3'] as const;

/** Both charts beside each other: accuracy over length and over distance, with 95 % intervals. @param look with five pens. */
export function measuredSvg(measured: MeasuredDates, look: PictureLook): string {
  const { colors, pens } = look;
  const strong = `fill="${hexColor(colors.foreground)}"`;
  const pen = (id: keyof typeof chartPens) => hexColor(pens[chartPens[id] % pens.length]);
  const charts = measuredAxes.map((axis, i) => {
    const { lines, levels, places } = accuracyChart(measured, axis);
    const { title, unit, right } = axisWords[axis];
    const { width, height, left, right: edge } = chartSize;
    const parts = [
      svgText(0, 12, title, `font-weight="600" ${strong}`),
      svgText(0, 28, `percent of ${right}`),
      '<g transform="translate(0 36)">',
      `<g stroke="${hexColor(colors.line)}">${levels.map(({ y }) => svgLine(left, y, width - edge, y)).join('')}</g>`,
      ...levels.map(({ percent: level, y }) => svgText(left - 6, y + 4, String(level), 'text-anchor="end"')),
      ...places.map(({ x, name }) => svgText(x, height - 8, name, 'text-anchor="middle" font-size="9"')),
      svgText(width - edge, height + 6, unit, 'text-anchor="end"'),
      ...lines.map(
        ({ id, band }) => `<polygon points="${band.join(' ')}" fill="${pen(id)}" fill-opacity="0.14" stroke="none"/>`,
      ),
      ...lines.map(
        ({ id, points }) =>
          `<polyline points="${points.join(' ')}" fill="none" stroke="${pen(id)}" stroke-width="2" stroke-dasharray="${dashes[chartPens[id]]}"/>`,
      ),
      ...lines.flatMap(({ id, points }) =>
        points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="2.5" fill="${pen(id)}"/>`),
      ),
      '</g>',
    ];
    return `<g transform="translate(${margin + i * (width + gap)} ${headingHeight + 4})">${parts.join('')}</g>`;
  });
  const legendTop = headingHeight + 4 + 36 + chartSize.height + 26;
  const legend = mechanismIds.map((id, i) => {
    const x = margin + i * 130;
    return `<line x1="${x}" x2="${x + 20}" y1="${legendTop - 4}" y2="${legendTop - 4}" stroke="${pen(id)}" stroke-width="3" stroke-dasharray="${dashes[chartPens[id]]}"/>${svgText(x + 26, legendTop, mechanismWords[id].short, strong)}`;
  });
  return svgDocument(
    {
      width: 2 * margin + measuredAxes.length * (chartSize.width + gap) - gap,
      height: legendTop + margin,
      title: 'Recurrent and attention, measured',
      subtitle: `${measured.dates.length.toLocaleString('en')} dates, seed ${measured.seed}; bands: 95 % intervals (Wilson)`,
      description: measuredAxes
        .map(axis => {
          const { bins } = accuracyChart(measured, axis);
          const [first, last] = [bins[0], bins[bins.length - 1]];
          return `${axisWords[axis].title}: ${mechanismIds
            .map(id => `${mechanismWords[id].short} ${percent(first.accuracy[id])} to ${percent(last.accuracy[id])}`)
            .join(', ')}`;
        })
        .join('; '),
      colors,
    },
    [...charts, ...legend],
  );
}
