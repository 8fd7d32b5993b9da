import type { Token } from '../../text/token';
import { alignSequences, type AlignedPlace } from './alignSequences';

/** A text as a run read it. */
export interface ComparedText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/**
 * Lays the tokens of two runs beside each other. Of one and the same text, tokens of the same characters stand in one place,
 * whatever the two vocabularies call them; of two texts, tokens that read the same, by their difference (see
 * {@link alignSequences}), or tokens of the same characters of what the texts have in common, if more are. Special tokens go
 * by their names.
 */
export function alignTexts(one: ComparedText, other: ComparedText): AlignedPlace[] {
  const byCharacters = () => {
    const places = placesIn(one.text, other.text);
    return alignSequences(
      named(one, ({ start, end }) => `${start}–${end}`),
      named(other, ({ start, end }, i) => {
        const [first, last] = [places[start], places[end - 1]];
        const whole = end > start && first >= 0 && last - first === end - 1 - start;
        return whole ? `${first}–${last + 1}` : start === end ? `${start}–${end}` : `other ${i}`;
      }),
    );
  };
  if (one.text === other.text) return byCharacters();
  const byName = alignSequences(
    named(one, ({ text }) => text),
    named(other, ({ text }) => text),
  );
  const shared = byName.filter(isShared).length;
  // In two runs of one vocabulary nearly all that is equal reads the same.
  if (shared * 2 > Math.min(one.tokens.length, other.tokens.length)) return byName;
  const aligned = byCharacters();
  return aligned.filter(isShared).length > shared ? aligned : byName;
}

/** Whether both sequences have a place. */
export function isShared(place: AlignedPlace): place is Required<AlignedPlace> {
  return place.one !== undefined && place.other !== undefined;
}

function named({ tokens }: ComparedText, name: (token: Token, index: number) => string): string[] {
  return tokens.map((token, i) => {
    const { text, start, end, special, part } = token;
    if (special && start === end) return `special ${text}`;
    return `${name(token, i)}${part ? ` ${part.index}/${part.count}` : ''}`;
  });
}

/** A text cut into words and other characters, each with the white space before it: so do most tokens begin. */
function wordsOf(text: string): readonly string[] {
  return text.match(/\s*(?:[\p{L}\p{M}\p{N}_]+|[^\s])|\s+/gu) ?? [];
}

/** For each UTF-16 code unit of a text where it stands in another, word by word: −1 where that has it not. */
function placesIn(one: string, other: string): Int32Array {
  const places = new Int32Array(other.length).fill(-1);
  if (one === other) return places.map((_, i) => i);
  const [words, others] = [wordsOf(one), wordsOf(other)];
  let [at, atOther] = [0, 0];
  for (const place of alignSequences(words, others)) {
    const length = (place.one === undefined ? others[place.other ?? 0] : words[place.one]).length;
    if (isShared(place)) for (let i = 0; i < length; i++) places[atOther + i] = at + i;
    if (place.one !== undefined) at += length;
    if (place.other !== undefined) atOther += length;
  }
  return places;
}
