import { AlignedTextBuilder, originOf, type AlignedText } from './alignedText';

/** A step of a tokenizer's normalisation that keeps track of where each character came from. */
export type TextChange = (aligned: AlignedText) => AlignedText;

/** Replaces each code point by what a function gives for it; an empty string takes it out. */
export function mapCharacters(map: (character: string) => string): TextChange {
  return aligned => {
    const built = new AlignedTextBuilder();
    let index = 0;
    for (const character of aligned.text) {
      const next = index + character.length;
      const mapped = map(character);
      if (mapped === character) built.copy(aligned, index, next);
      else built.add(mapped, aligned.start[index], aligned.end[next - 1]);
      index = next;
    }
    return built.build();
  };
}

/**
 * Replaces each match of a global pattern by a fixed text, whose origin is then the whole match; but of white space that
 * is collapsed to one character, only the last is kept, as Hugging Face's Rust library counts it.
 */
export function replaceMatches(pattern: RegExp, content: string): TextChange {
  return aligned => {
    const built = new AlignedTextBuilder();
    let done = 0;
    for (const match of aligned.text.matchAll(pattern)) {
      const end = match.index + match[0].length;
      built.copy(aligned, done, match.index);
      const collapsed = content.length === 1 && match[0].trim() === '' && match[0].length > 1;
      const origin = originOf(aligned, collapsed ? end - 1 : match.index);
      built.add(content, origin, match[0].length > 0 ? aligned.end[end - 1] : origin);
      done = end;
    }
    built.copy(aligned, done, aligned.text.length);
    return built.build();
  };
}

/** Lower case of the whole text at once, because a Greek sigma depends on what follows it. */
export const lowerCase: TextChange = aligned => {
  const lowered = aligned.text.toLowerCase();
  const built = new AlignedTextBuilder();
  let index = 0;
  let taken = 0;
  for (const character of aligned.text) {
    const next = index + character.length;
    const length = character.toLowerCase().length;
    built.add(lowered.slice(taken, taken + length), aligned.start[index], aligned.end[next - 1]);
    taken += length;
    index = next;
  }
  return built.build();
};

// Characters that Unicode normalisation may join to the one before: marks, Hangul vowels and finals, half-width voicing.
const joinable = /[\p{M}\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f]/u;
const unchangedByNormalisation = /^[\p{ASCII}]*$/u;

/** A Unicode normalisation form; each character of a composed or decomposed group has the whole group as its origin. */
export function unicodeForm(form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): TextChange {
  return aligned => {
    if (unchangedByNormalisation.test(aligned.text)) return aligned;
    const built = new AlignedTextBuilder();
    let from = 0;
    const flush = (to: number) => {
      if (to === from) return;
      const group = aligned.text.slice(from, to);
      const normal = group.normalize(form);
      if (normal === group) built.copy(aligned, from, to);
      else built.add(normal, aligned.start[from], aligned.end[to - 1]);
      from = to;
    };
    let index = 0;
    for (const character of aligned.text) {
      if (!joinable.test(character)) flush(index);
      index += character.length;
    }
    flush(index);
    return built.build();
  };
}

/** Takes white space off the ends. */
export function strip(left: boolean, right: boolean): TextChange {
  return aligned => {
    const from = left ? aligned.text.length - aligned.text.trimStart().length : 0;
    const to = right ? Math.max(from, aligned.text.trimEnd().length) : aligned.text.length;
    const built = new AlignedTextBuilder();
    built.copy(aligned, from, to);
    return built.build();
  };
}

/** Puts a text before, with no origin. */
export function prepend(prefix: string): TextChange {
  return aligned => {
    const built = new AlignedTextBuilder();
    const origin = originOf(aligned, 0);
    built.add(prefix, origin, origin);
    built.copy(aligned, 0, aligned.text.length);
    return built.build();
  };
}

/** Puts a space before and after each character that a pattern matches, with no origin. */
export function setApart(pattern: RegExp): TextChange {
  return aligned => {
    const built = new AlignedTextBuilder();
    for (let i = 0; i < aligned.text.length; i++) {
      const apart = pattern.test(aligned.text[i]);
      if (apart) built.add(' ', aligned.start[i], aligned.start[i]);
      built.copy(aligned, i, i + 1);
      if (apart) built.add(' ', aligned.end[i], aligned.end[i]);
    }
    return built.build();
  };
}
