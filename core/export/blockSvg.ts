import type { BlockPath, PartPath } from '../run/blockPath';
import { angleText, blockFormula, partName } from '../run/blockWords';
import { visibleText } from '../text/visibleText';
import { blockRows } from './blockRows';
import { differenceScale } from './differenceScale';
import { heatLegend, legendHeight } from './heatScale';
import { matrixPart } from './matrixPart';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { headingHeight, margin, svgDocument, svgLine, type PictureHeading } from './svgDocument';
import { fitLabel, labelWidth, short, svgText } from './svgLabels';

/** What the picture of a block is made from. */
export interface BlockPicture extends PictureHeading {
  readonly path: BlockPath;
  readonly colors: PictureColors;
  readonly positive: Rgb;
  readonly negative: Rgb;
  /** Of parts, one after the other. */
  readonly pens: readonly Rgb[];
}

const rowHeight = 24;
const strip = { width: 240, height: 16 };
const nameWidth = 200;
const bar = 90;
const side = 240;

/** One block of a token's way, vector by vector, all blocks as bars, and how similar places are, as a self-contained SVG document ({@link svgDocument}). */
export async function blockSvg({ title, source, path, ...look }: BlockPicture): Promise<string> {
  const { colors } = look;
  const { blocks, chosen, positions } = path;
  const strong = `fill="${hexColor(colors.foreground)}"`;
  const bold = `font-weight="600" ${strong}`;
  const body: string[] = [svgText(margin, headingHeight + 12, `Block ${chosen}:  ${blockFormula(path)}`, strong)];
  let y = headingHeight + 26;
  const numbers = margin + 16 + nameWidth + strip.width;
  for (const { name, sign, vector, part } of blockRows(path)) {
    const about = part === undefined ? undefined : blocks[chosen].parts[part];
    body.push(
      `<g stroke="${hexColor(colors.line)}">${svgLine(margin, y, numbers + 150, y)}</g>`,
      svgText(margin, y + 16, sign, strong),
      svgText(margin + 16, y + 16, name, part === undefined ? '' : strong),
      ...stripOf(vector, margin + 16 + nameWidth, y + 4, look),
      svgText(numbers + 64, y + 16, lengthText(Math.hypot(...vector)), `text-anchor="end" ${strong}`),
      ...(about ? [svgText(numbers + 120, y + 16, angleText(about), `text-anchor="end" ${strong}`)] : []),
    );
    y += rowHeight;
  }
  y += 24;
  body.push(
    svgText(
      margin,
      y,
      'All blocks: length of what each part adds, angle to the stream; length of the stream after the block',
      bold,
    ),
  );
  y += 10;
  const columns = blocks.reduce((most, { parts }) => Math.max(most, parts.length), 0);
  const mostWrite = Math.max(...blocks.flatMap(({ parts }) => parts.map(({ write }) => write))) || 1;
  const mostStream = Math.max(...blocks.map(({ parts }) => parts[parts.length - 1].after)) || 1;
  const at = (column: number) => margin + 40 + column * (bar + 110);
  const right = at(columns) + bar + 64 + 150;
  blocks.forEach(({ parts, says }, i) => {
    const text = (x: number, content: string, anchor = 'end') =>
      svgText(x, y + 15, content, `text-anchor="${anchor}" ${strong}`);
    const bars = (x: number, share: number, color: Rgb) =>
      `<rect x="${short(x)}" y="${short(y + 8)}" width="${short(Math.max(0.5, share * bar))}" height="7" rx="2" fill="${hexColor(color)}"/>`;
    if (i === chosen) {
      body.push(
        `<rect x="${margin - 4}" y="${y}" width="${short(right - margin)}" height="20" fill="${hexColor(look.positive)}" fill-opacity="0.2"/>`,
      );
    }
    body.push(text(margin + 24, String(i)));
    parts.forEach((part, column) => {
      const x = at(column);
      body.push(
        `<g><title>${partName(part.kind)}</title>${bars(x, part.write / mostWrite, look.pens[penOf(part.kind) % look.pens.length])}</g>`,
        text(x + bar + 52, lengthText(part.write)),
        text(x + bar + 92, angleText(part)),
      );
    });
    const { after } = parts[parts.length - 1];
    body.push(bars(at(columns), after / mostStream, colors.dim), text(at(columns) + bar + 52, lengthText(after)));
    if (says) {
      body.push(
        text(
          at(columns) + bar + 66,
          fitLabel(`${visibleText(says.text)} ${says.probability.toFixed(2)}`, 130),
          'start',
        ),
      );
    }
    y += 20;
  });
  y += 8;
  const longest = blocks.find(({ parts }) => parts.length === columns)!;
  longest.parts.forEach(({ kind }, column) => body.push(svgText(at(column), y + 8, partName(kind))));
  body.push(svgText(at(columns), y + 8, 'stream'));
  y += 36;
  body.push(
    svgText(margin, y, 'Positions', bold),
    svgText(margin + labelWidth('Positions') + 14, y, fitLabel(positions.words, 820)),
  );
  y += 10;
  if (positions.similarity) {
    const { places, data } = positions.similarity;
    const cell = side / places.length;
    const signed = differenceScale(colors.background, look.negative, look.positive, 'linear');
    body.push(
      ...(await matrixPart(
        { queries: places.length, keys: places.length, data, causal: false },
        signed,
        { left: margin, top: y, cellWidth: cell, cellHeight: cell },
        colors,
      )),
      ...heatLegend(margin + side + 24, y + 10, signed, colors, 'similarity', 'similarity'),
      svgText(margin + side + 24, y + legendHeight + 30, `places ${places[0]} to ${places[places.length - 1]}`),
    );
    y += side + 16;
  }
  return svgDocument(
    {
      title,
      subtitle: source,
      description: `One block: what each of its parts adds to the residual stream; and all ${blocks.length} blocks.`,
      colors,
      width: Math.max(right, numbers + 150) + margin,
      height: y + 12,
    },
    body,
  );
}

/** Attention, feed-forward parts and cross-attention have a colour each, as in the panel. */
function penOf(kind: PartPath['kind']): number {
  return kind === 'feedForward' ? 1 : kind === 'cross' ? 2 : 0;
}

/** A number in three digits or so. */
export function lengthText(value: number): string {
  return value >= 1000
    ? String(Math.round(value))
    : value >= 10
      ? value.toFixed(1)
      : value.toFixed(value >= 0.01 ? 2 : 4);
}

function stripOf(
  vector: Float32Array,
  x: number,
  y: number,
  { positive, negative }: Pick<BlockPicture, 'positive' | 'negative'>,
): string[] {
  const full = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const width = strip.width / vector.length;
  const rects = Array.from(vector, (value, i) => {
    const strength = Math.min(1, 0.08 + (0.92 * Math.abs(value)) / full);
    return `<rect x="${short(x + i * width)}" y="${short(value >= 0 ? y : y + strip.height / 2)}" width="${short(Math.max(0.3, width - (width > 2 ? 0.5 : 0)))}" height="${strip.height / 2}" fill="${hexColor(value >= 0 ? positive : negative)}" fill-opacity="${short(strength)}"/>`;
  });
  return [...rects];
}
