import type { Explanation } from '../../core/run/explanation';
import type { TokenLinkPlace } from '../../core/run/headLink';
import type { MarkedLink } from '../../core/text/markedText';
import type { Token } from '../../core/text/token';
import type { Probe } from './probes';

/**
 * From which tokens of a run a probe looks at which: of its marked text, or of what an encoder-decoder wrote of it. What was
 * cut off, or not written, is left out.
 */
export function probePlaces(
  { text, tokens, output }: Pick<Explanation, 'text' | 'tokens' | 'output'>,
  links: readonly MarkedLink[],
  written?: Probe['written'],
): TokenLinkPlace[] {
  if (!written) {
    return links.flatMap(({ from, to }) => {
      const query = within(tokens, from).at(-1);
      const keys = within(tokens, to);
      // The same word is the same tokens: the last looks at the last. Else the first of what is looked at.
      const same = text.slice(from.start, from.end) === text.slice(to.start, to.end);
      return placeOf(query, same ? keys.at(-1) : keys[0]);
    });
  }
  if (!output) return [];
  return written.flatMap(({ from, to }) => {
    // A token is written from the row of the one before it.
    const first = within(output.tokens, rangeOf(output.text, from))[0];
    return placeOf(first === undefined ? undefined : first - 1, within(tokens, rangeOf(text, to))[0]);
  });
}

type Range = MarkedLink['from'];

function rangeOf(text: string, words: string): Range {
  const start = text.indexOf(words);
  return start < 0 ? { start, end: start } : { start, end: start + words.length };
}

/** The tokens that stand for some of a range. */
function within(tokens: readonly Token[], { start, end }: Range): number[] {
  return tokens.flatMap((token, index) => (!token.special && token.start < end && token.end > start ? [index] : []));
}

function placeOf(query: number | undefined, key: number | undefined): TokenLinkPlace[] {
  return query === undefined || query < 0 || key === undefined ? [] : [{ query, key }];
}
