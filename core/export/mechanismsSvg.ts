import type { HeadMechanisms } from '../attention/mechanisms/compareMechanisms';
import { mechanisms } from '../attention/mechanisms/mechanisms';
import { type PutBackResult, putBackWords } from './mechanismsNumbers';
import type { HeatScale } from './heatScale';
import { heatLegend, legendHeight } from './heatScale';
import { hatchPattern, matrixPart } from './matrixPart';
import { hexColor, type PictureColors } from './pictureColors';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';
import { fitLabel, short, svgText } from './svgLabels';

/** What the picture of one head by many mechanisms is made from. */
export interface MechanismsPicture extends PictureHeading {
  readonly answer: HeadMechanisms;
  /** What the chosen row is of: "25 “item”". */
  readonly token: string;
  readonly query: number;
  readonly temperature: number;
  readonly putBack: readonly PutBackResult[];
}

const columns = 4;
const side = 176;
const gap = 18;
const bars = 34;
const lineHeight = 16;
const cardHeight = side + bars + 60;

/** Each mechanism's matrix, the chosen row below it and how far that is from the head's own, as a self-contained SVG document ({@link svgDocument}). */
export async function mechanismsSvg(
  { title, source, answer, token, query, temperature, putBack }: MechanismsPicture,
  scale: HeatScale,
  colors: PictureColors,
): Promise<string> {
  const elements = [hatchPattern(colors)];
  const strongest = hexColor(scale.colors[scale.colors.length - 1]);
  for (const [place, one] of answer.mechanisms.entries()) {
    const mechanism = mechanisms.find(({ id }) => id === one.id);
    if (!mechanism) continue;
    const left = margin + (place % columns) * (side + gap);
    const top = headingHeight + 12 + Math.floor(place / columns) * cardHeight;
    const { matrix, row, ofRow } = one;
    const bar = side / row.length;
    const bottom = top + 20 + side + bars;
    const y = top + 20 + (query / answer.queries) * side;
    elements.push(
      svgText(
        left,
        top + 12,
        fitLabel(mechanism.name(one.values), side),
        `font-weight="600" fill="${hexColor(colors.foreground)}"`,
      ),
      ...(await matrixPart(
        { queries: matrix.rows, keys: matrix.columns, data: matrix.data, causal: answer.causal },
        scale,
        { left, top: top + 20, cellWidth: side / matrix.columns, cellHeight: side / matrix.rows },
        colors,
      )),
      `<rect x="${short(left)}" y="${short(y)}" width="${side}" height="${short(Math.max(2, side / answer.queries))}" fill="none" stroke="${strongest}"/>`,
      `<path fill="${strongest}" d="${[...row]
        .map((weight, key) => {
          const height = weight * (bars - 6);
          return height < 0.05
            ? ''
            : `M${short(left + key * bar)} ${short(bottom)}h${short(Math.max(bar * 0.8, 0.5))}v${short(-height)}h${short(-Math.max(bar * 0.8, 0.5))}z`;
        })
        .join('')}"/>`,
      svgText(left, bottom + 15, `${ofRow.bits.toFixed(2)} bits`, `fill="${hexColor(colors.foreground)}"`),
      svgText(left + side, bottom + 15, `Δ‖z‖ ${changeText(ofRow.change)}`, 'text-anchor="end"'),
      svgText(left, bottom + 30, fitLabel(mechanism.words(one.values, answer.causal), side)),
    );
  }
  const lines = Math.ceil(answer.mechanisms.length / columns);
  const below = headingHeight + 12 + lines * cardHeight;
  elements.push(
    ...heatLegend(margin, below, scale, colors, 'weight'),
    svgText(
      margin,
      below + legendHeight + 16,
      `Below each matrix the row of token ${token}, and how far it is from the head’s own.${temperature === 1 ? '' : ` Temperature ${temperature.toFixed(2)}.`} Additive: random weights.`,
    ),
  );
  const lastLine = below + legendHeight + 30;
  putBack.forEach((result, i) =>
    elements.push(
      svgText(
        margin,
        lastLine + 8 + i * lineHeight,
        `Put back: ${putBackWords(result)}`,
        `fill="${hexColor(colors.foreground)}"`,
      ),
    ),
  );
  return svgDocument(
    {
      title,
      subtitle: source,
      colors,
      description: `Attention of one head, computed by ${answer.mechanisms.length} mechanisms from its own queries, keys and values.`,
      width: 2 * margin + columns * side + (columns - 1) * gap,
      height: lastLine + (putBack.length > 0 ? putBack.length * lineHeight + 4 : 0),
    },
    elements,
  );
}

function changeText(change: number): string {
  return Number.isFinite(change) ? `${Math.round(100 * change)} %` : '—';
}
