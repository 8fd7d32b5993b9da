import { captionSvg } from '../../core/export/captionSvg';
import type { PictureLook } from '../../core/export/pictureLook';
import type { AnswerFormat } from '../../core/protocol/askImageProtocol';
import { answerCells } from '../../core/vision/answerCells';
import { answerJson } from '../../core/vision/answerJson';
import { answerTable } from '../../core/vision/answerTable';
import type { ShownAnswer } from '../../core/vision/shownAnswer';
import { readImage } from '../images/decodeImage';

/** An answer as the content of a file: the picture with a word's heat, its tokens as a table, or all numbers. */
export async function exportAnswer(
  format: AnswerFormat,
  what: ShownAnswer,
  { heat: { colors } }: PictureLook,
): Promise<string> {
  if (format === 'json') return answerJson(what);
  if (format === 'csv') return answerTable(what);
  const { title, answer, attention, png, shown, wish } = what;
  const { width, height } = (await readImage({ name: title, bytes: png, background: [0, 0, 0] })).facts;
  const parts = answer.parts.filter(
    ({ kind }) => shown === 'both' || (kind === 'thumbnail') === (shown === 'thumbnail'),
  );
  const cells = answerCells(attention.picture, parts);
  const word = answer.words[wish.word].text;
  return captionSvg({ png, width, height, cells, color: colors[colors.length - 1], caption: answer.text, word });
}
