import { captionJson } from '../../core/captions/captionJson';
import { heatCells } from '../../core/captions/heatCells';
import { captionSvg } from '../../core/export/captionSvg';
import type { Caption } from '../../core/captions/caption';
import { cssColor, type Rgb } from '../common/colorScale';

/** What is shown of a caption, to be saved. */
export interface ShownCaption {
  readonly title: string;
  readonly model: string;
  readonly caption: Caption;
  readonly word: string;
  readonly heat: Float32Array;
  readonly png: Uint8Array;
  readonly color: Rgb;
}

/** The file of a format: its name and content. */
export async function exportCaption(
  format: 'svg' | 'png' | 'json',
  shown: ShownCaption,
): Promise<{ name: string; data: string | Uint8Array }> {
  const { title, model, caption, word } = shown;
  const name = `${title
    .split('/')
    .pop()!
    .replace(/\.[^.]*$/, '')}-${format === 'json' ? 'caption' : word.replace(/[^\p{L}\p{N}]+/gu, '-')}.${format}`;
  if (format === 'json') return { name, data: captionJson(title, model, caption) };
  const image = await createImageBitmap(new Blob([shown.png as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
  const { width, height } = image;
  const cells = heatCells(shown.heat, caption);
  if (format === 'svg') return { name, data: captionSvg({ ...shown, caption: caption.text, width, height, cells }) };
  return { name, data: new Uint8Array(await (await heatPng(image, cells, shown.color)).arrayBuffer()) };
}

/** The image with its heat as a PNG, as large as the panel has the image. */
export async function heatPng(image: ImageBitmap, cells: ReturnType<typeof heatCells>, color: Rgb): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(image, 0, 0);
  for (const { left, top, width, height, opacity } of cells) {
    context.fillStyle = cssColor(color, opacity);
    context.fillRect(left * image.width, top * image.height, width * image.width, height * image.height);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}
