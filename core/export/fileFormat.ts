import { weightFormat, type NumbersFormat } from './weightFormats';

/**
 * What a file can be. Not every part of a run, an image or a transcript is every format: asking for another fails with a
 * sentence. `residuals`: the residual
 * stream, head results and logits of a run as safetensors; `distances`: a table of all heads as CSV; `bertviz`: the JSON of BertViz's `head_view`; `answers`: classes,
 * objects or texts as CSV; `srt`, `vtt`, `txt`: a transcript, `srtWords`, `vttWords` with a word a cue. A PNG is an SVG that the panel paints, which has the fonts.
 */
export type FileFormat =
  NumbersFormat | 'svg' | 'residuals' | 'distances' | 'answers' | 'srt' | 'vtt' | 'srtWords' | 'vttWords' | 'txt';

/** What a file name ends with. */
export function fileEnding(format: FileFormat | 'png'): string {
  if (format === 'distances' || format === 'answers') return 'csv';
  if (format === 'srtWords') return 'srt';
  if (format === 'vttWords') return 'vtt';
  if (format === 'residuals') return 'safetensors';
  return weightFormat(format)?.ending ?? format;
}
