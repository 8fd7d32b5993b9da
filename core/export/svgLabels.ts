import { graphemes } from '../text/graphemes';
import { escapeXml } from './escapeXml';

/** What the queries and the keys of a picture are called, each in its order. */
export interface QueryKeyLabels {
  readonly queryLabels: readonly string[];
  readonly keyLabels: readonly string[];
}

/** The fonts of a picture's labels: what most machines have, in the order the editor prefers them. */
export const labelFonts = "Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** The size of labels. */
export const labelSize = 11;

const labelPitch = 11;
// Characters of Menlo, Consolas and DejaVu Sans Mono are 0.55 to 0.603 em wide.
const characterWidth = labelSize * 0.61;
const wide =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const mark = /^[\p{M}\p{Cf}]*$/u;

/** How wide a label is drawn, about: a file is written where nothing can be measured. */
export function labelWidth(label: string): number {
  let columns = 0;
  for (const { segment } of graphemes(label)) columns += columnsOf(segment);
  return columns * characterWidth;
}

/** A label that fits, cut with "…" where it must be. */
export function fitLabel(label: string, width: number): string {
  if (labelWidth(label) <= width) return label;
  const most = Math.floor(width / characterWidth) - 1;
  let columns = 0;
  let kept = '';
  for (const { segment } of graphemes(label)) {
    columns += columnsOf(segment);
    if (columns > most) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The labels along an axis. */
export interface AxisLabels {
  readonly labels: readonly { readonly index: number; readonly text: string }[];
  /** The width of the widest. */
  readonly width: number;
}

/**
 * The labels that there is room for along an axis whose tokens are `pitch` apart, cut where they are wider than `most`;
 * where not every token has one, each with its number.
 */
export function axisLabels(tokens: readonly string[], pitch: number, most: number): AxisLabels {
  const step = labelStep(pitch);
  const labels = tokens.flatMap((token, index) =>
    index % step === 0 ? [{ index, text: fitLabel(step > 1 ? `${index} ${token}` : token, most) }] : [],
  );
  return { labels, width: labels.reduce((widest, { text }) => Math.max(widest, labelWidth(text)), 0) };
}

/** A line of text. */
export function svgText(x: number, y: number, text: string, attributes = ''): string {
  return `<text x="${short(x)}" y="${short(y)}"${attributes === '' ? '' : ` ${attributes}`}>${escapeXml(text)}</text>`;
}

/** A length with two decimals at most. */
export function short(length: number): string {
  return String(Math.round(length * 100) / 100);
}

/** Every how many tokens there is room for a label: a round number. */
function labelStep(pitch: number): number {
  const least = labelPitch / pitch;
  const round = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500].find(step => step >= least * (step === 1 ? 0.999 : 1.2));
  return round ?? Math.ceil(least / 500) * 500;
}

function columnsOf(segment: string): number {
  if (wide.test(segment)) return 2;
  return mark.test(segment) ? 0 : 1;
}
