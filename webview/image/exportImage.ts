import type { ExportEntry } from '../common/exportMenu';
import { cellName, headsName, placeName } from '../../core/images/lookedFrom';
import { ImagePanelRequest, type ImageFormat, type ShownImage } from '../../core/protocol/imageExplanation';
import { type ImageExplanation } from '../../core/images/explained';
import type { HostConnection } from '../common/hostConnection';
import { svgToPng } from '../common/svgToPng';
import { currentTheme, pictureColors } from '../common/theme';

/** What the image panel can be saved as, or copied. */
export type ImageExportFormat = 'copy' | 'png' | ImageFormat;

/** What is chosen of an explained image; its colours are the theme's. */
export type ChosenImage = Omit<ShownImage, 'colors' | 'heatColor' | 'focus'>;

/** What an explained image can be saved as. */
export function imageExportGroups(
  { answers, compared, model }: ImageExplanation,
  { layer, head }: Pick<ChosenImage, 'layer' | 'head'>,
): readonly (readonly ExportEntry[])[] {
  const detects = model.task === 'object-detection';
  const texts = typeof compared === 'object' && compared.texts.length > 0;
  const told = detects ? 'Objects' : texts ? 'Texts' : answers.length > 0 ? 'Classes' : undefined;
  const heads = layer === 'all' || head === 'all' ? 'mean of these heads' : 'this head';
  return [
    [
      { format: 'copy', label: 'Copy as Image', note: 'what is shown' },
      { format: 'png', label: 'PNG…', note: 'what is shown' },
      { format: 'svg', label: 'SVG…', note: 'what is shown' },
      { format: 'html', label: 'HTML…', note: 'with its numbers, works offline' },
    ],
    [
      { format: 'csv', label: 'CSV…', note: 'each cell with its pixels' },
      ...(told
        ? [
            {
              format: 'answers',
              label: `CSV of ${told}…`,
              note: detects ? 'boxes and probabilities' : 'probabilities',
            } as const,
          ]
        : []),
      { format: 'json', label: 'JSON…', note: 'all numbers shown' },
      { format: 'npy', label: 'NPY…', note: `${heads}, for NumPy` },
      { format: 'safetensors', label: 'safetensors…', note: 'all heads' },
    ],
  ];
}

/**
 * Saves or copies an explained image. Files are made in the inference process; here an SVG becomes pixels.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export async function exportImage(
  format: ImageExportFormat,
  explanation: ImageExplanation,
  chosen: ChosenImage,
  connection: HostConnection,
): Promise<string> {
  const theme = currentTheme();
  const { colors } = theme.heat;
  const shown: ShownImage = {
    ...chosen,
    colors: pictureColors(theme),
    heatColor: colors[colors.length - 1],
    focus: theme.focus,
  };
  const name = fileName(format, explanation, chosen);
  const done = (saved: boolean) => (saved ? `${name} saved` : 'Nothing was saved');
  if (format !== 'copy' && format !== 'png') {
    return done(await connection.sendRequest(ImagePanelRequest.saveShown, { name, format, shown }));
  }
  const png = svgToPng(await connection.sendRequest(ImagePanelRequest.draw, { shown }));
  if (format === 'png') {
    return done(
      await connection.sendRequest(ImagePanelRequest.save, {
        name,
        data: new Uint8Array(await (await png).arrayBuffer()),
      }),
    );
  }
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  return 'Picture copied';
}

/** "attention-icon-vit-1.2-class-token.svg". */
function fileName(
  format: ImageExportFormat,
  explanation: ImageExplanation,
  { title, layer, head, cell, answer }: ChosenImage,
): string {
  const { layers, model, grid } = explanation;
  const stem = `attention-${title
    .split('/')
    .pop()!
    .replace(/\.[^.]*$/, '')}-${model.id}`;
  if (format === 'safetensors') return `${stem}.safetensors`;
  if (format === 'answers') {
    return `${stem}-${model.task === 'object-detection' ? 'objects' : typeof explanation.compared === 'object' ? 'texts' : 'classes'}.csv`;
  }
  const heads =
    typeof layer === 'number' && typeof head === 'number'
      ? `${layer}.${head}`
      : headsName({ kind: layers[0]?.kind ?? 'self', layer, head });
  const from =
    cell === undefined ? placeName(explanation, { answer }).replace(/^the /, '') : cellName(cell, grid.columns);
  const words = (format === 'npy' ? [heads] : [heads, from]).map(word =>
    word
      .replace(/[^\p{L}\p{N}.]+/gu, '-')
      .replace(/^-|-$/g, '')
      .toLowerCase(),
  );
  return `${[stem, ...words].join('-')}.${format}`;
}
