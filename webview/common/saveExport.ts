import { fileEnding, type FileFormat } from '../../core/export/fileFormat';
import { svgToPng } from './svgToPng';

/** What a panel can be saved as, or copied. A PNG is the SVG, painted here, where its fonts are. */
export type ExportFormat<Format extends FileFormat = FileFormat> =
  Format | (Format extends 'svg' ? 'png' | 'copy' : never);

/** The way of a file. */
export interface ExportWay<Format extends FileFormat> {
  /** Its name without the ending. */
  readonly name: string;
  /** Has the inference process make it. */
  readonly make: (format: Format) => Promise<string | Uint8Array>;
  /** Asks the user where to save it. @returns false where they changed their mind. */
  readonly save: (file: { name: string; data: string | Uint8Array }) => Promise<boolean>;
  /** Pixels of a PNG for each of the SVG; 2 where absent. */
  readonly scale?: number;
}

/**
 * Saves or copies what a panel shows.
 * @returns what to say to the ear.
 * @throws Error with one sentence for the user.
 */
export async function saveExport<Format extends FileFormat>(
  format: ExportFormat<Format>,
  { name, make, save, scale = 2 }: ExportWay<Format>,
): Promise<string> {
  const png = async () => svgToPng((await make('svg' as Format)) as string, scale);
  if (format === 'copy') {
    // The clipboard waits for the picture, so that the click still counts as the user's.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png() })]);
    return 'Picture copied';
  }
  const file = `${name}.${fileEnding(format)}`;
  const data = format === 'png' ? new Uint8Array(await (await png()).arrayBuffer()) : await make(format as Format);
  return (await save({ name: file, data })) ? `${file} saved` : 'Nothing was saved';
}
