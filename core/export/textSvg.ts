import type { Token } from '../text/token';
import { graphemes } from '../text/graphemes';
import { heatIndex, heatLegend, legendHeight, type HeatScale } from './heatScale';
import { hexColor, type PictureColors, type Rgb } from './pictureColors';
import { labelWidth, short, svgText } from './svgLabels';
import { headingHeight, margin, svgDocument, type PictureHeading } from './svgDocument';
import { textSegments } from '../text/textSegments';

/** One text, as it was written. */
export interface ColoredText {
  /** Above it, where there are several: "The text". */
  readonly heading?: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  /** One for each token; undefined where the text is not coloured. */
  readonly weights?: Float32Array;
  /** The chosen tokens, which are framed: the first, and the one after the last. */
  readonly chosen?: readonly [number, number];
}

/** What the picture of coloured texts is made from. */
export interface TextPicture extends PictureHeading {
  /** What the colours tell, in one sentence. */
  readonly note: string;
  readonly texts: readonly ColoredText[];
  readonly scale: HeatScale;
  /** The colour of text on a background. */
  readonly on: (background: Rgb) => Rgb;
  readonly colors: PictureColors;
  readonly focus: Rgb;
}

const lineHeight = 19;
const mostWidth = 760;

/**
 * Texts as they were written, each token on the colour of its weight, as a self-contained SVG document
 * ({@link svgDocument}). Lines are broken where they are too long; text stays text.
 */
export function textSvg({ title, source, note, texts, scale, on, colors, focus }: TextPicture): string {
  const body: string[] = [];
  let y = headingHeight + 14;
  let width = 0;
  for (const { heading, text, tokens, weights, chosen } of texts) {
    if (heading) {
      body.push(svgText(margin, y, heading, `font-weight="600" fill="${hexColor(colors.foreground)}"`));
      y += lineHeight;
    }
    const pieces = layOut(text, tokens);
    const top = (line: number) => y + line * lineHeight;
    for (const { text: part, x, width: wide, line, tokens: own } of pieces) {
      width = Math.max(width, x + wide);
      // Of tokens that share a character the one that is looked at most.
      const weight = weights && own.length > 0 ? Math.max(...own.map(token => weights[token])) : 0;
      const index = heatIndex(weight, scale);
      const fill = index === 0 ? undefined : scale.colors[index];
      const isChosen = chosen !== undefined && own.some(token => token >= chosen[0] && token < chosen[1]);
      if (fill || isChosen) {
        const title = weights && own.length > 0 ? `<title>${short4(weight)}</title>` : '';
        body.push(
          `<rect x="${short(x)}" y="${short(top(line) - 13)}" width="${short(wide)}" height="${lineHeight - 2}" rx="2" fill="${fill ? hexColor(fill) : 'none'}"${isChosen ? ` stroke="${hexColor(focus)}" stroke-width="1.5"` : ''}>${title}</rect>`,
        );
      }
      if (part.trim() !== '') {
        body.push(
          svgText(
            x,
            top(line),
            part,
            `xml:space="preserve" fill="${hexColor(fill ? on(fill) : own.length > 0 ? colors.foreground : colors.dim)}"`,
          ),
        );
      }
    }
    y = top((pieces.at(-1)?.line ?? 0) + 1) + 8;
  }
  return svgDocument(
    {
      title,
      subtitle: source,
      description: note,
      colors,
      width: Math.max(margin + width, margin + labelWidth(note), 300) + margin,
      height: y + legendHeight + 34,
    },
    [...body, ...heatLegend(margin, y, scale, colors), svgText(margin, y + legendHeight + 14, note)],
  );
}

const lengthOfTab = 4;

/** A piece of a line: what it reads, where it is, and the token that colours it. */
interface Piece {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly line: number;
  readonly tokens: readonly number[];
}

/** Breaks a text into lines, and each line into the pieces that tokens stand for. */
function layOut(text: string, tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [];
  let [x, line] = [margin, 0];
  for (const { text: part, tokens: own } of textSegments(text, tokens)) {
    for (const run of part.split(/(?<=\n)/)) {
      const reads = run.replace(/\n$/, '').replaceAll('\t', ' '.repeat(lengthOfTab));
      for (const piece of broken(reads, margin + mostWidth - x)) {
        const wide = labelWidth(piece);
        if (x > margin && x + wide > margin + mostWidth) [x, line] = [margin, line + 1];
        pieces.push({ text: piece, x, width: wide, line, tokens: own });
        x += wide;
      }
      if (run.endsWith('\n')) [x, line] = [margin, line + 1];
    }
  }
  return pieces;
}

/** A piece that is longer than a whole line, in as many parts as it takes. */
function broken(text: string, room: number): string[] {
  if (labelWidth(text) <= Math.max(room, mostWidth)) return [text];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of graphemes(text)) {
    if (labelWidth(part + segment) > mostWidth) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}

function short4(weight: number): string {
  return weight.toFixed(4);
}
