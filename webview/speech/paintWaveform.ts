import type { SpeechWord } from '../../core/speech/transcript';
import { loudestBar, waveformPicture, type WaveformContent } from '../../core/speech/waveformPicture';
import { wordLabels } from '../../core/speech/wordLabels';
import { cssColor } from '../common/colorScale';
import type { Theme } from '../common/theme';

/** Heights of the parts, from above. */
export const waveHeight = 160;
const wordHeight = 24;
const timeHeight = 20;
/** Words too short for their label have it below, in rows. */
const labelRows = 2;
const labelHeight = 15;
const wordsHeight = wordHeight + labelRows * labelHeight;
export const pictureHeight = waveHeight + wordsHeight + timeHeight;

/** What is marked beside the chosen word. */
export interface WaveformMarks {
  readonly hovered?: SpeechWord;
  /** The moment that is played. */
  readonly cursor?: number;
}

/** Paints a waveform, the heat of a word, the words and the time. */
export function paintWaveform(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  content: WaveformContent,
  width: number,
  theme: Theme,
  { hovered, cursor }: WaveformMarks = {},
): void {
  const { bars, heat, words, ticks } = waveformPicture(content, width);
  const { view, chosen } = content;
  const middle = waveHeight / 2;
  const color = theme.heat.colors[theme.heat.colors.length - 1];
  for (const { x, width: w, opacity } of heat) {
    context.fillStyle = cssColor(color, opacity);
    context.fillRect(x, 0, w, waveHeight);
  }
  context.fillStyle = cssColor(theme.foreground, theme.highContrast ? 1 : 0.7);
  for (const { x, width: w, height } of bars) {
    context.fillRect(
      x,
      middle - height * middle * loudestBar,
      Math.max(0.5, w - 0.5),
      Math.max(1, height * waveHeight * loudestBar),
    );
  }
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'middle';
  const labels = wordLabels(
    words.map(({ x, width: w, word }) => ({
      x,
      width: w,
      textWidth: context.measureText(word.text).width,
      first: word === chosen || word === hovered,
    })),
    width,
    4,
    labelRows,
  );
  words.forEach(({ x, width: w, word }, i) => {
    const marked = word === chosen || word === hovered;
    context.strokeStyle = cssColor(
      word === chosen ? theme.focus : marked || theme.highContrast ? theme.foreground : theme.dim,
      word === chosen || theme.highContrast ? 1 : 0.5,
    );
    context.lineWidth = word === chosen ? 2 : 1;
    context.strokeRect(x + 1, waveHeight + 3, Math.max(1, w - 2), wordHeight - 6);
    const label = labels[i];
    if (!label) return;
    context.fillStyle = cssColor(marked ? theme.foreground : theme.dim);
    const middleOf = label.row === 0 ? wordHeight / 2 : wordHeight + (label.row - 0.5) * labelHeight - 1;
    context.fillText(word.text, label.x, waveHeight + middleOf);
  });
  context.lineWidth = 1;
  context.strokeStyle = cssColor(theme.line);
  context.fillStyle = cssColor(theme.dim);
  for (const { x, label } of ticks) {
    line(context, x, waveHeight + wordsHeight, waveHeight + wordsHeight + 5);
    if (x + 3 + context.measureText(label).width <= width) {
      context.fillText(label, x + 3, waveHeight + wordsHeight + timeHeight / 2 + 1);
    }
  }
  const perSecond = width / (view.end - view.start);
  if (chosen) {
    context.strokeStyle = cssColor(theme.focus);
    for (const moment of [chosen.start, chosen.end]) line(context, (moment - view.start) * perSecond, 0, waveHeight);
  }
  if (content.moment !== undefined) {
    context.strokeStyle = cssColor(theme.focus);
    context.lineWidth = 2;
    line(context, (content.moment - view.start) * perSecond, 0, waveHeight);
  }
  if (cursor !== undefined) {
    context.strokeStyle = cssColor(theme.foreground);
    context.lineWidth = 2;
    line(context, (cursor - view.start) * perSecond, 0, waveHeight);
  }
}

function line(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  x: number,
  from: number,
  to: number,
): void {
  context.beginPath();
  context.moveTo(x, from);
  context.lineTo(x, to);
  context.stroke();
}
