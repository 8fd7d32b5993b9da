import { escapeXml } from './escapeXml';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { fitLabel, labelWidth, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, svgLine, type PictureHeading } from './svgDocument';

/** A cell of the table of steps. */
export type StepCell =
  | { readonly kind: 'text'; readonly text: string; readonly quiet?: boolean }
  /** Numbers above zero in the upper half, those below in the lower; `full` has the full colour. */
  | { readonly kind: 'vector'; readonly vector: Float32Array; readonly full: number }
  /** A number with a bar as long as it says, 0 to 1. */
  | { readonly kind: 'share'; readonly text: string; readonly share: number };

/** What the picture of steps is made from. */
export interface StepsPicture extends PictureHeading {
  /** "Attention(Q, K, V) = softmax(QKᵀ/√d)V". */
  readonly formula: string;
  /** Each step's name, and the part of the formula that it works out. */
  readonly columns: readonly { readonly label: string; readonly formula: string }[];
  /** A row's token, then a cell for each column; undefined where a row has none there. */
  readonly rows: readonly {
    readonly name: string;
    readonly strong?: boolean;
    readonly cells: readonly (StepCell | undefined)[];
  }[];
  /** The head's output, a bar for each number. */
  readonly output: { readonly heading: string; readonly vector: Float32Array };
  /** Lists of lengths, each with bars of one scale. */
  readonly lengths: readonly {
    readonly heading: string;
    readonly lines: readonly { readonly name: string; readonly value: number; readonly text: string }[];
  }[];
  readonly colors: PictureColors;
  readonly positive: Rgb;
  readonly negative: Rgb;
}

const rowHeight = 21;
const gap = 18;
const mostName = 150;
const lengthBar = 220;

/**
 * The steps of one row of attention as a self-contained SVG document ({@link svgDocument}): a line for each key with its
 * vectors and numbers, the head's output, and lengths. Text stays text.
 */
export function stepsSvg({ title, source, formula, columns, rows, output, lengths, ...look }: StepsPicture): string {
  const { colors } = look;
  const strong = `fill="${hexColor(colors.foreground)}"`;
  const nameWidth = Math.min(mostName, Math.max(...rows.map(({ name }) => labelWidth(name)), 40));
  const widths = columns.map(({ label, formula: part }, i) =>
    Math.max(labelWidth(label), labelWidth(part), ...rows.map(({ cells }) => cellWidth(cells[i]))),
  );
  const starts = widths.map(
    (_, i) => margin + nameWidth + gap + widths.slice(0, i).reduce((sum, width) => sum + width + gap, 0),
  );
  const right = (starts.at(-1) ?? margin) + (widths.at(-1) ?? 0);
  const body = [svgText(margin, headingHeight + 14, formula, `font-size="13" ${strong}`)];
  let y = headingHeight + 42;
  columns.forEach(({ label, formula: part }, i) =>
    body.push(svgText(starts[i], y, label, strong), svgText(starts[i], y + 14, part)),
  );
  y += 22;
  for (const { name, strong: best, cells } of rows) {
    if (best) {
      body.push(
        `<rect x="${margin - 4}" y="${short(y)}" width="${short(right - margin + 8)}" height="${rowHeight}" fill="${hexColor(look.positive)}" fill-opacity="0.2"/>`,
      );
    }
    body.push(
      `<g stroke="${hexColor(colors.line)}">${svgLine(margin, y, right, y)}</g>`,
      svgText(margin, y + 15, fitLabel(name, mostName), strong),
    );
    cells.forEach((cell, i) => body.push(...(cell ? drawCell(cell, starts[i], y, look) : [])));
    y += rowHeight;
  }
  y += 26;
  body.push(
    svgText(margin, y, output.heading, `font-weight="600" ${strong}`),
    ...drawOutput(output.vector, margin, y + 10, Math.max(320, (right - margin) / 2), look),
  );
  y += outputHeight + 34;
  for (const { heading, lines } of lengths) {
    const most = Math.max(...lines.map(({ value }) => value), 1e-9);
    const wide = Math.max(...lines.map(({ name }) => labelWidth(name)));
    body.push(svgText(margin, y, heading, `font-weight="600" ${strong}`));
    for (const { name, value, text } of lines) {
      y += 18;
      body.push(
        svgText(margin, y, name, strong),
        `<rect x="${short(margin + wide + gap)}" y="${short(y - 8)}" width="${short((value / most) * lengthBar)}" height="6" rx="3" fill="${hexColor(look.positive)}"/>`,
        svgText(margin + wide + gap + lengthBar + 10, y, text, strong),
      );
    }
    y += 30;
  }
  return svgDocument(
    {
      title,
      subtitle: source,
      description: `${escapeXml(formula)}, step by step for one query: ${rows.length} lines of keys.`,
      colors,
      width: Math.max(right, margin + 520) + margin,
      height: y,
    },
    body,
  );
}

const shareBar = 70;
const strip = 16;

function cellWidth(cell: StepCell | undefined): number {
  switch (cell?.kind) {
    case 'text':
      return labelWidth(cell.text);
    case 'vector':
      return vectorWidth(cell.vector);
    case 'share':
      return labelWidth(cell.text) + 8 + shareBar;
    default:
      return 0;
  }
}

/** Whole pixels for each number, where they are not too many. */
function vectorWidth({ length }: Float32Array): number {
  return length <= 96 ? length * Math.max(1, Math.floor(160 / length)) : 160;
}

function drawCell(
  cell: StepCell,
  x: number,
  y: number,
  look: Pick<StepsPicture, 'colors' | 'positive' | 'negative'>,
): string[] {
  const fill = (quiet?: boolean) => `fill="${hexColor(quiet ? look.colors.dim : look.colors.foreground)}"`;
  switch (cell.kind) {
    case 'text':
      return [svgText(x, y + 15, cell.text, fill(cell.quiet))];
    case 'share': {
      const start = x + labelWidth(cell.text) + 8;
      return [
        svgText(x, y + 15, cell.text, fill()),
        `<rect x="${short(start)}" y="${short(y + 7)}" width="${short(Math.max(0.5, cell.share * shareBar))}" height="7" rx="2" fill="${hexColor(look.positive)}"/>`,
      ];
    }
    case 'vector': {
      const width = vectorWidth(cell.vector) / cell.vector.length;
      const rects = Array.from(cell.vector, (value, i) => {
        const strength = Math.min(1, 0.08 + (0.92 * Math.abs(value)) / (cell.full || 1));
        return `<rect x="${short(x + i * width)}" y="${short(y + (value >= 0 ? 3 : 3 + strip / 2))}" width="${short(Math.max(0.5, width - 0.5))}" height="${strip / 2}" fill="${hexColor(value >= 0 ? look.positive : look.negative)}" fill-opacity="${short(strength)}"/>`;
      });
      return ['<g shape-rendering="crispEdges">', ...rects, '</g>'];
    }
  }
}

const outputHeight = 70;

function drawOutput(
  vector: Float32Array,
  x: number,
  y: number,
  width: number,
  { positive, negative, colors }: Pick<StepsPicture, 'colors' | 'positive' | 'negative'>,
): string[] {
  const most = vector.reduce((largest, value) => Math.max(largest, value), 0);
  const least = vector.reduce((smallest, value) => Math.min(smallest, value), 0);
  const unit = outputHeight / (most - least || 1);
  const zero = y + most * unit;
  const cell = width / Math.max(1, vector.length);
  return [
    ...Array.from(
      vector,
      (value, i) =>
        `<rect x="${short(x + i * cell)}" y="${short(value >= 0 ? zero - value * unit : zero)}" width="${short(cell * 0.85)}" height="${short(Math.max(0.5, Math.abs(value) * unit))}" fill="${hexColor(value >= 0 ? positive : negative)}"/>`,
    ),
    `<g stroke="${hexColor(colors.dim)}">${svgLine(x, zero, x + width, zero)}</g>`,
  ];
}
