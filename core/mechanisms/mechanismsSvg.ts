import { hexColor, type Rgb } from '../export/pictureColors';
import type { PictureLook } from '../export/pictureLook';
import { headingHeight, margin, svgDocument } from '../export/svgDocument';
import { short, svgText } from '../export/svgLabels';
import { rightCharacters, type MechanismAnswer, type MechanismAnswers } from './mechanismAnswer';
import { mechanismWords } from './mechanisms';

/** In pixels: a cell of an alignment, a cell of the vector, the columns' width and their gap. */
const cell = { width: 9, height: 14 };
const gap = 28;
const labels = 16;
/** The vector's numbers in a row. */
export const vectorColumns = 16;

/** All four answers beside each other: what each wrote, wrong characters underlined, and where it looked. */
export function mechanismsSvg(shown: MechanismAnswers, look: PictureLook): string {
  const { text, characters, answers, right } = shown;
  const width = Math.max(230, labels + characters.length * cell.width) + gap;
  const groups = answers.map(
    (answer, i) =>
      `<g transform="translate(${short(margin + i * width)} ${headingHeight + 8})">${column(answer, shown, look).join('')}</g>`,
  );
  return svgDocument(
    {
      width: 2 * margin + answers.length * width - gap,
      height: headingHeight + 100 + 10 * cell.height + margin,
      title: `Four mechanisms on “${text}”`,
      subtitle: right ? `right: ${right.iso}` : 'not a date that Headlight can check',
      description: answers
        .map(
          ({ id, output }) =>
            `${mechanismWords[id].title}: ${output}${right ? (output === right.iso ? ', right' : ', wrong') : ''}`,
        )
        .join('; '),
      colors: look.colors,
    },
    groups,
  );
}

function column(answer: MechanismAnswer, { characters, right }: MechanismAnswers, look: PictureLook): string[] {
  const { colors, heat } = look;
  const { id, output, alignment, vector } = answer;
  const correct = rightCharacters(answer, right);
  const strong = `fill="${hexColor(colors.foreground)}"`;
  const top = 66;
  const square = (x: number, y: number, w: number, h: number, fill: Rgb) =>
    `<rect x="${short(x)}" y="${short(y)}" width="${short(w - 0.6)}" height="${short(h - 0.6)}" fill="${hexColor(fill)}"/>`;
  const letters = [...output].map((character, i) =>
    svgText(
      i * 11,
      34,
      character,
      `font-size="18" ${strong}${correct && !correct[i] ? ' text-decoration="underline" font-weight="700"' : ''}`,
    ),
  );
  const verdict = correct ? svgText(116, 34, output === right?.iso ? '✓' : '✗', strong) : '';
  const parts = [svgText(0, 12, mechanismWords[id].title, `font-weight="600" ${strong}`), ...letters, verdict];
  if (alignment) {
    characters.forEach((character, i) =>
      parts.push(svgText(labels + i * cell.width + 1, top - 5, character === ' ' ? '·' : character)),
    );
    [...output].forEach((digit, step) => {
      parts.push(svgText(0, top + step * cell.height + 11, digit, strong));
      characters.forEach((_, i) => {
        const weight = alignment[step * characters.length + i];
        const color = heat.colors[Math.round(Math.min(1, weight) * (heat.colors.length - 1))];
        parts.push(square(labels + i * cell.width, top + step * cell.height, cell.width, cell.height, color));
      });
    });
  } else if (vector) {
    const most = vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
    parts.push(svgText(0, top - 5, 'all that is kept of the text'));
    vector.forEach((value, i) => {
      const color = mixed(
        colors.background,
        value < 0 ? look.negative : heat.colors[heat.colors.length - 1],
        Math.abs(value) / most,
      );
      const [x, y] = [(i % vectorColumns) * 14, Math.floor(i / vectorColumns) * 14];
      parts.push(square(x, top + y, 14, 14, color));
    });
  }
  parts.push(svgText(0, top + 10 * cell.height + 18, mechanismWords[id].formula));
  return parts;
}

function mixed(from: Rgb, to: Rgb, part: number): Rgb {
  const at = (i: 0 | 1 | 2) => from[i] + (to[i] - from[i]) * Math.min(1, part);
  return [at(0), at(1), at(2)];
}
