import type { Token } from '../../text/token';
import { alignSequences, type AlignedPlace } from './alignSequences';

/** A text as a run read it. */
export interface ComparedText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/**
 * Lays the tokens of two runs beside each other. Of one and the same text, tokens of the same range stand in one place,
 * whatever the two vocabularies call them; of two texts, tokens that read the same, by their difference (see
 * {@link alignSequences}). Special tokens go by their names.
 */
export function alignTexts(one: ComparedText, other: ComparedText): AlignedPlace[] {
  const same = one.text === other.text;
  const names = ({ tokens }: ComparedText) =>
    tokens.map(({ text, start, end, special, part }) => {
      if (special && start === end) return `special ${text}`;
      return `${same ? `${start}–${end}` : text}${part ? ` ${part.index}/${part.count}` : ''}`;
    });
  return alignSequences(names(one), names(other));
}
