import { captionJson } from '../../core/captions/captionJson';
import { heatCells } from '../../core/captions/heatCells';
import { captionSvg } from '../../core/export/captionSvg';
import type { PictureLook } from '../../core/export/pictureLook';
import type { ShownCaption } from '../../core/protocol/captionProtocol';
import { readImage } from '../images/decodeImage';

/** A caption as the content of a file: the picture with a word's heat, as large as the panel has the image, or all numbers. */
export async function exportCaption(
  format: 'svg' | 'json',
  model: string,
  { title, caption, word, heat, png }: ShownCaption,
  { heat: { colors } }: PictureLook,
): Promise<string> {
  if (format === 'json') return captionJson(title, model, caption);
  const { width, height } = (await readImage({ name: title, bytes: png, background: [0, 0, 0] })).facts;
  const cells = heatCells(heat, caption);
  return captionSvg({ png, width, height, cells, color: colors[colors.length - 1], caption: caption.text, word });
}
