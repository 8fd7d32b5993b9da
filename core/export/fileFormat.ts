import { weightFormat, type NumbersFormat } from './weightFormats';

/**
 * What a file can be. Not every part of a run, an image or a transcript is every format: asking for another fails with a
 * sentence. `distances`: a table of all heads as CSV; `bertviz`: the JSON of BertViz's `head_view`; `answers`: classes,
 * objects or texts as CSV; `srt`, `vtt`, `txt`: a transcript. A PNG is an SVG that the panel paints, which has the fonts.
 */
export type FileFormat = NumbersFormat | 'svg' | 'distances' | 'answers' | 'srt' | 'vtt' | 'txt';

/** What a file name ends with. */
export function fileEnding(format: FileFormat | 'png'): string {
  if (format === 'distances' || format === 'answers') return 'csv';
  return weightFormat(format)?.ending ?? format;
}
