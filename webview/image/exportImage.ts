import { type ExportEntry, pictureExports } from '../common/exportMenu';
import { headsName, kindAt, placeName } from '../../core/images/imagePlace';
import {
  ImagePanelRequest,
  ImageRunRequest,
  type ImageFormat,
  type ShownImage,
} from '../../core/protocol/imageProtocol';
import { type ImageExplanation } from '../../core/images/explained';
import type { HostConnection } from '../common/hostConnection';
import { fileStem } from '../common/fileStem';
import { exportLook } from '../common/exportLook';
import { saveExport, type ExportFormat } from '../common/saveExport';

/** What the image panel can be saved as, or copied. */
export type ImageExportFormat = ExportFormat<ImageFormat>;

/** What an explained image can be saved as. */
export function imageExportGroups(
  { answers, compared, model }: ImageExplanation,
  { layer, head }: Pick<ShownImage, 'layer' | 'head'>,
): readonly (readonly ExportEntry[])[] {
  const detects = model.task === 'object-detection';
  const texts = typeof compared === 'object' && compared.texts.length > 0;
  const told = detects ? 'Objects' : texts ? 'Texts' : answers.length > 0 ? 'Classes' : undefined;
  const heads = layer === 'all' || head === 'all' ? 'mean of these heads' : 'this head';
  return [
    [...pictureExports, { format: 'html', label: 'HTML…', note: 'with its numbers, works offline' }],
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
 * Saves or copies an explained image.
 * @param png the image as the panel shows it, which a picture is drawn on.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export function exportImage(
  format: ImageExportFormat,
  explanation: ImageExplanation,
  what: ShownImage,
  png: Uint8Array,
  connection: HostConnection,
): Promise<string> {
  const look = exportLook();
  return saveExport<ImageFormat>(format, {
    name: fileName(format, explanation, what),
    make: made =>
      connection.sendRequest(ImageRunRequest.export, {
        what,
        format: made,
        look,
        ...(made === 'svg' || made === 'html' ? { png } : {}),
      }),
    save: file => connection.sendRequest(ImagePanelRequest.save, file),
  });
}

/** "attention-icon-vit-1.2-class-token". */
function fileName(
  format: ImageExportFormat,
  explanation: ImageExplanation,
  { title, layer, head, cell, answer }: ShownImage,
): string {
  const { model } = explanation;
  const kind = kindAt(explanation, { cell, answer });
  const stem = `attention-${fileStem(title)}-${model.id}`;
  if (format === 'safetensors') return stem;
  if (format === 'answers') {
    return `${stem}-${model.task === 'object-detection' ? 'objects' : typeof explanation.compared === 'object' ? 'texts' : 'classes'}`;
  }
  const heads =
    typeof layer === 'number' && typeof head === 'number'
      ? `${kind === 'encoder' ? 'encoder ' : ''}${layer}.${head}`
      : headsName({ kind, layer, head });
  const from = placeName(explanation, { cell, answer }).replace(/^the /, '');
  const words = (format === 'npy' ? [heads] : [heads, from]).map(word =>
    word
      .replace(/[^\p{L}\p{N}.]+/gu, '-')
      .replace(/^-|-$/g, '')
      .toLowerCase(),
  );
  return [stem, ...words].join('-');
}
