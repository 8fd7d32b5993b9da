import { csv } from '../tables/csv';
import type { ReadAudio, SpeechWord } from './transcript';

/** A transcript as CSV (RFC 4180): a line for each word; times in seconds; `heard` is what the model wrote where a user corrected it. */
export function transcriptCsv(words: readonly SpeechWord[]): string {
  return csv([
    ['word', 'start', 'end', 'probability', 'heard'],
    ...words.map(({ text, start, end, probability, heard }) => [
      text,
      start.toFixed(3),
      end.toFixed(3),
      probability.toPrecision(6),
      heard ?? '',
    ]),
  ]);
}

/** A transcript as JSON, with what made it: words with their times in seconds. */
export function transcriptJson(
  path: string,
  text: string,
  language: string | undefined,
  words: readonly SpeechWord[],
  read: ReadAudio,
): string {
  const { format, sampleRate, channels, seconds, model, writes, alignment, windows } = read;
  return `${JSON.stringify(
    {
      audio: { path, format, sampleRate, channels, seconds },
      model: { id: model.id, dtype: model.dtype },
      language,
      text,
      placedBy: writes === 'text' ? { heads: alignment.heads, stated: alignment.stated } : 'the frames of its symbols',
      windows,
      words: words.map(({ text: word, start, end, probability, window, heard, symbols }) => ({
        word,
        start,
        end,
        probability,
        window,
        heard,
        symbols,
      })),
    },
    undefined,
    2,
  )}\n`;
}
