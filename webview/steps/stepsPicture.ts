import type { Picture } from '../../core/export/drawPicture';
import type { StepCell } from '../../core/export/stepsSvg';
import type { HeadAddress } from '../../core/run/explanation';
import { count, headName } from '../run/wording';
import { pictureColors, type Theme } from '../common/theme';
import { divergingColors } from '../common/divergingColors';
import type { DrawnSteps } from './drawnSteps';
import { formulaParts, type StepName } from './stepColumns';
import { formatNumber, formatShare, formatSigned } from './stepNumbers';
import type { StepRow } from './stepRows';

/** The steps that are shown, as a picture to be saved: the same rows in the same columns. */
export function stepsPicture(drawn: DrawnSteps, head: HeadAddress, source: string, theme: Theme): Picture {
  const { steps, sizes, columns } = drawn;
  const { residual } = steps;
  const length = (name: string, value: number) => ({ name, value, text: formatNumber(value) });
  return {
    kind: 'steps',
    title: `${headName(head)}, query ${drawn.query} ${drawn.queryLabel}`,
    source,
    colors: pictureColors(theme),
    ...divergingColors(theme),
    formula: formulaParts(steps)
      .map(({ text }) => text)
      .join(''),
    columns,
    rows: [
      {
        name: `query ${drawn.queryLabel}`,
        cells: columns.map(({ name }) =>
          name === 'key' ? { kind: 'vector', vector: steps.query, full: drawn.full.query } : undefined,
        ),
      },
      ...drawn.rows.map(row => ({
        name: rowName(drawn, row),
        strong: row.kind === 'key' && row.key === drawn.strongest,
        cells: columns.map(({ name }) => cellOf(drawn, row, name)),
      })),
    ],
    output: { heading: `Output of this head: Σ weight × value, ${steps.valueSize} numbers`, vector: steps.output },
    lengths: [
      ...(residual
        ? [
            {
              heading: 'What it adds to the residual stream',
              lines: [
                length('‖this head‖', residual.head),
                length('‖all heads of the layer‖', residual.layer),
                length('‖residual stream before‖', residual.stream),
              ],
            },
          ]
        : []),
      {
        heading: 'Its size',
        lines: [
          length('‖output‖', sizes.output),
          length('Σ weight × ‖value‖', sizes.sumOfParts),
          length('‖value‖, mean', sizes.meanValue),
        ],
      },
    ],
  };
}

function rowName(drawn: DrawnSteps, row: StepRow): string {
  switch (row.kind) {
    case 'key':
      return `${drawn.keyLabel(row.key)} ${row.key}`;
    case 'rest':
      return `${count(row.count)} more`;
    case 'hidden':
      return drawn.hiddenLabel(row);
  }
}

function cellOf(drawn: DrawnSteps, row: StepRow, column: StepName): StepCell | undefined {
  const text = (words: string, quiet = false): StepCell => ({ kind: 'text', text: words, quiet });
  if (row.kind !== 'key') {
    const hidden = row.kind === 'hidden';
    if (column === 'mask') return text(hidden ? '−∞' : 'seen', true);
    return column === 'softmax' ? text(hidden ? '0' : formatShare(row.weight), true) : undefined;
  }
  const { key } = row;
  const {
    steps: { products, scale, scores, bias, weights },
    sizes,
  } = drawn;
  switch (column) {
    case 'key':
      return { kind: 'vector', vector: drawn.keyVector(key), full: drawn.full.key };
    case 'product':
      return text(drawn.product(products[key]));
    case 'scaled':
      return text(drawn.score(products[key] * scale));
    case 'bias':
      return text(`${formatSigned(bias?.[key] ?? 0)} = ${drawn.score(scores[key])}`);
    case 'mask':
      return text('seen', true);
    case 'softmax':
      return { kind: 'share', text: formatShare(weights[key]), share: weights[key] };
    case 'value':
      return { kind: 'vector', vector: drawn.valueVector(key), full: drawn.full.value };
    case 'part':
      return text(drawn.part(sizes.parts[key]));
  }
}
