import type { SpeechWord, TimeRange } from './transcript';
import { subtitleTime } from './formatTime';

/** A line of subtitles is at most so long, and stays at most so many seconds; a pause as long as this begins a new one. */
const mostCharacters = 42;
const mostSeconds = 6;
const pause = 0.8;

/** A line of subtitles. */
export interface Cue extends TimeRange {
  readonly text: string;
}

/** Words joined to lines of subtitles: a sentence's end, a pause, or a full line begins the next. */
export function subtitleCues(words: readonly SpeechWord[], spaced = true): Cue[] {
  const cues: Cue[] = [];
  let ended = true;
  for (const { text, start, end } of words) {
    const last = cues.at(-1);
    const joined = last && `${last.text}${spaced ? ' ' : ''}${text}`;
    if (
      !last ||
      joined === undefined ||
      ended ||
      joined.length > mostCharacters ||
      end - last.start > mostSeconds ||
      start - last.end >= pause
    ) {
      cues.push({ start, end, text });
    } else cues[cues.length - 1] = { start: last.start, end, text: joined };
    ended = /[.!?。！？]["'”’)]*$/.test(text);
  }
  return cues;
}

/** A line of subtitles for each word. */
export function wordCues(words: readonly SpeechWord[]): Cue[] {
  return words.map(({ start, end, text }) => ({ start, end, text }));
}

/** SubRip. */
export function srt(cues: readonly Cue[]): string {
  return cues
    .map(({ start, end, text }, i) => `${i + 1}\n${subtitleTime(start, ',')} --> ${subtitleTime(end, ',')}\n${text}\n`)
    .join('\n');
}

/** WebVTT (W3C): `&`, `<` and `>` are escaped. */
export function webVtt(cues: readonly Cue[]): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `WEBVTT\n\n${cues.map(({ start, end, text }) => `${subtitleTime(start, '.')} --> ${subtitleTime(end, '.')}\n${escaped(text)}\n`).join('\n')}`;
}
