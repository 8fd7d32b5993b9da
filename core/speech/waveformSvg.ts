import { hexColor, type PictureColors, type Rgb } from '../export/pictureColors';
import { headingHeight, margin, svgDocument, svgLine } from '../export/svgDocument';
import { labelWidth, short, svgText } from '../export/svgLabels';
import { wordLabels } from './wordLabels';
import { loudestBar, waveformPicture, type WaveformContent } from './waveformPicture';

/** The waveform's height, and that of the words below it. */
const waveHeight = 160;
const wordHeight = 22;
/** Words too short for their label have it below, in rows. */
const labelRows = 3;
const labelHeight = 14;

/** A waveform with a word's heat as SVG that needs nothing outside itself. */
export function waveformSvg(
  content: WaveformContent,
  headings: { title: string; subtitle: string; description: string },
  colors: PictureColors & { readonly heat: Rgb },
  width = 1000,
): string {
  const { bars, heat, words, ticks } = waveformPicture(content, width);
  const middle = waveHeight / 2;
  const labels = wordLabels(
    words.map(({ x, width: w, word }) => ({
      x,
      width: w,
      textWidth: labelWidth(word.text),
      first: word === content.chosen,
    })),
    width,
    4,
    labelRows,
  );
  const below = waveHeight + wordHeight + Math.max(0, ...labels.map(label => label?.row ?? 0)) * labelHeight;
  const at = (moment: number) => ((moment - content.view.start) * width) / (content.view.end - content.view.start);
  const elements = [
    `<g transform="translate(${margin} ${headingHeight})">`,
    `<svg width="${width}" height="${below}">`,
    `<g fill="${hexColor(colors.heat)}">${heat.map(({ x, width: w, opacity }) => `<rect x="${short(x)}" y="0" width="${short(w)}" height="${waveHeight}" fill-opacity="${opacity.toFixed(3)}"/>`).join('')}</g>`,
    `<g fill="${hexColor(colors.foreground)}" fill-opacity="0.7">${bars.map(({ x, width: w, height }) => `<rect x="${short(x)}" y="${short(middle - height * middle * loudestBar)}" width="${short(Math.max(0.5, w - 0.5))}" height="${short(Math.max(1, height * waveHeight * loudestBar))}"/>`).join('')}</g>`,
    ...words.map(({ x, width: w, word }, i) => {
      const chosen = word === content.chosen;
      const box = `<rect x="${short(x + 0.5)}" y="${waveHeight + 2.5}" width="${short(Math.max(1, w - 1))}" height="${wordHeight - 4}" fill="none" stroke="${hexColor(chosen ? colors.foreground : colors.line)}"/>`;
      const label = labels[i];
      return !label
        ? box
        : box +
            svgText(
              label.x,
              waveHeight + (label.row === 0 ? 15 : wordHeight + label.row * labelHeight - 4),
              word.text,
              chosen ? `font-weight="600" fill="${hexColor(colors.foreground)}"` : undefined,
            );
    }),
    ...(content.moment === undefined
      ? []
      : [
          `<g stroke="${hexColor(colors.foreground)}" stroke-width="2">${svgLine(at(content.moment), 0, at(content.moment), waveHeight)}</g>`,
        ]),
    '</svg>',
    `<g stroke="${hexColor(colors.line)}">${ticks.map(({ x }) => svgLine(x, below, x, below + 5)).join('')}</g>`,
    ...ticks.map(({ x, label }) => svgText(x + 3, below + 12, label)),
    '</g>',
  ];
  return svgDocument(
    { width: width + 2 * margin, height: headingHeight + below + 20 + margin, ...headings, colors },
    elements,
  );
}
