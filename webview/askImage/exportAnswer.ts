import {
  AskImagePanelRequest,
  ImageConversationRequest,
  type AnswerFormat,
} from '../../core/protocol/askImageProtocol';
import type { ShownAnswer } from '../../core/vision/shownAnswer';
import { colorRamp, type Rgb } from '../common/colorScale';
import { type ExportEntry, pictureEntries } from '../common/exportMenu';
import { exportLook } from '../common/exportLook';
import { fileStem } from '../common/fileStem';
import type { HostConnection } from '../common/hostConnection';
import { saveExport, type ExportFormat } from '../common/saveExport';

/** What an answer can be saved as, or copied. */
export type AnswerExportFormat = ExportFormat<AnswerFormat>;

/** What an answer can be saved as, for the menu. */
export const answerExports: readonly (readonly ExportEntry[])[] = [
  pictureEntries('with the heat of this word'),
  [
    { format: 'csv', label: 'CSV…', note: 'each picture token with its place' },
    { format: 'json', label: 'JSON…', note: 'all numbers shown, and the conversation' },
  ],
];

/**
 * Saves or copies what is shown of an answer.
 * @param color of the heat, as the panel paints it.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export function exportAnswer(
  format: AnswerExportFormat,
  what: ShownAnswer,
  color: Rgb,
  connection: HostConnection,
): Promise<string> {
  const look = exportLook();
  const heat = { ...look.heat, colors: colorRamp(look.colors.background, color).colors };
  const word = what.answer.words[what.wish.word]?.text ?? '';
  return saveExport<AnswerFormat>(format, {
    name: `${fileStem(what.title)}-${word.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'answer'}`,
    make: made =>
      connection.sendRequest(ImageConversationRequest.export, { what, format: made, look: { ...look, heat } }),
    save: file => connection.sendRequest(AskImagePanelRequest.save, file),
  });
}
