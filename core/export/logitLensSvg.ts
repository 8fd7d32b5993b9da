import type { LogitLens, Prediction } from '../run/explanation';
import { visibleText } from '../text/visibleText';
import { readableOn } from './contrast';
import { escapeXml } from './escapeXml';
import { heatIndex, heatLegend, legendHeight } from './heatScale';
import { heatScaleOf } from './heatScaleOf';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { fitLabel, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';

/** What the picture of a logit lens is made from. */
export interface LogitLensPicture extends PictureHeading {
  /** What the positions are called: the tokens that they come after. */
  readonly labels: readonly string[];
  /** The number of the first of them in the text. */
  readonly first: number;
  /** See {@link LogitLens}; for each position as many as there are labels. */
  readonly rows: LogitLens['rows'];
  /** What is to be known of it, as a sentence. */
  readonly note?: string;
}

const [nameWidth, columnWidth, rowHeight] = [84, 80, 22];
/** So many positions stand side by side; the next ones go below, as lines of a text do. */
const columns = 12;

/** "embedding", "layer 0", … */
export function lensRowName(row: number): string {
  return row === 0 ? 'embedding' : `layer ${row - 1}`;
}

/**
 * What each layer would say after each token, the last layer on top, as a self-contained SVG document ({@link svgDocument}):
 * in bands of twelve tokens. A place's colour is the probability of its likeliest token; underlined is what the last layer says.
 */
export function logitLensSvg(
  { title, source, labels, first, rows, note }: LogitLensPicture,
  colors: PictureColors,
  heat: readonly Rgb[],
): string {
  const scale = heatScaleOf({ colors: heat, scale: 'linear' });
  const elements: string[] = [];
  let y = headingHeight + 4;
  for (let from = 0; from < labels.length; from += columns) {
    const band = labels.slice(from, from + columns);
    const x = (column: number) => margin + nameWidth + column * columnWidth;
    elements.push(
      svgText(margin, y + 15, 'after'),
      ...band.map((label, i) => svgText(x(i) + 5, y + 15, fitLabel(label, columnWidth - 10))),
    );
    y += rowHeight;
    for (let row = rows.length - 1; row >= 0; row--) {
      elements.push(svgText(margin, y + 15, lensRowName(row)));
      band.forEach((_, i) =>
        elements.push(...cell(rows[row][from + i], rows[rows.length - 1][from + i]?.[0], x(i), y)),
      );
      y += rowHeight;
    }
    y += 14;
  }
  function cell(
    predictions: readonly Prediction[] | undefined,
    final: Prediction | undefined,
    x: number,
    y: number,
  ): string[] {
    if (!predictions || predictions.length === 0) return [];
    const [{ id, text, probability }] = predictions;
    const fill = scale.colors[heatIndex(probability, scale)];
    const told = predictions.map(one => `${visibleText(one.text)} ${one.probability.toFixed(4)}`).join(' · ');
    return [
      `<rect x="${x}" y="${short(y)}" width="${columnWidth}" height="${rowHeight}" fill="${hexColor(fill)}" stroke="${hexColor(colors.line)}"><title>${escapeXml(told)}</title></rect>`,
      svgText(
        x + 5,
        y + 15,
        fitLabel(visibleText(text), columnWidth - 10),
        `fill="${hexColor(readableOn(fill, colors.foreground))}"${final?.id === id ? ' text-decoration="underline"' : ''} pointer-events="none"`,
      ),
    ];
  }
  elements.push(
    ...heatLegend(margin, y + 4, scale, colors, 'probability'),
    svgText(margin, y + legendHeight + 22, `Underlined: what the last layer says.${note ? ` ${note}` : ''}`),
  );
  return svgDocument(
    {
      title,
      subtitle: source,
      colors,
      description: `What each of ${rows.length - 1} layers would say after ${labels.length} tokens from token ${first} on, were it the last.`,
      width: margin * 2 + nameWidth + Math.min(columns, Math.max(4, labels.length)) * columnWidth,
      height: y + legendHeight + 34,
    },
    elements,
  );
}
