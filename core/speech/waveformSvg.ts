import { hexColor, type PictureColors, type Rgb } from '../export/pictureColors';
import { headingHeight, margin, svgDocument, svgLine } from '../export/svgDocument';
import { labelWidth, short, svgText } from '../export/svgLabels';
import { loudestBar, waveformPicture, type WaveformContent } from './waveformPicture';

/** The waveform's height, and that of the words below it. */
const waveHeight = 160;
const wordHeight = 22;

/** A waveform with a word's heat as SVG that needs nothing outside itself. */
export function waveformSvg(
  content: WaveformContent,
  labels: { title: string; subtitle: string; description: string },
  colors: PictureColors & { readonly heat: Rgb },
  width = 1000,
): string {
  const { bars, heat, words, ticks } = waveformPicture(content, width);
  const middle = waveHeight / 2;
  const below = waveHeight + wordHeight;
  const at = (moment: number) => ((moment - content.view.start) * width) / (content.view.end - content.view.start);
  const elements = [
    `<g transform="translate(${margin} ${headingHeight})">`,
    `<svg width="${width}" height="${below}">`,
    `<g fill="${hexColor(colors.heat)}">${heat.map(({ x, width: w, opacity }) => `<rect x="${short(x)}" y="0" width="${short(w)}" height="${waveHeight}" fill-opacity="${opacity.toFixed(3)}"/>`).join('')}</g>`,
    `<g fill="${hexColor(colors.foreground)}" fill-opacity="0.7">${bars.map(({ x, width: w, height }) => `<rect x="${short(x)}" y="${short(middle - height * middle * loudestBar)}" width="${short(Math.max(0.5, w - 0.5))}" height="${short(Math.max(1, height * waveHeight * loudestBar))}"/>`).join('')}</g>`,
    ...words.map(({ x, width: w, word }) => {
      const chosen = word === content.chosen;
      const box = `<rect x="${short(x + 0.5)}" y="${waveHeight + 2.5}" width="${short(Math.max(1, w - 1))}" height="${wordHeight - 4}" fill="none" stroke="${hexColor(chosen ? colors.foreground : colors.line)}"/>`;
      return labelWidth(word.text) + 6 > w
        ? box
        : box +
            svgText(
              x + 4,
              waveHeight + 15,
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
    { width: width + 2 * margin, height: headingHeight + below + 20 + margin, ...labels, colors },
    elements,
  );
}
