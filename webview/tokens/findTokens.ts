import type { Token } from '../../core/text/token';

/**
 * The tokens in which a search text begins, in the order of the text, case ignored. The search runs over the text, so that a
 * word that was split into several tokens is found; `#25` is the token of that number.
 */
export function findTokens(text: string, tokens: readonly Token[], needle: string): number[] {
  const number = /^#(\d+)$/.exec(needle);
  if (number) return Number(number[1]) < tokens.length ? [Number(number[1])] : [];
  const sought = needle.toLowerCase();
  if (sought === '') return [];
  const found = new Set<number>();
  const lower = text.toLowerCase();
  // Lower case may be longer (İ), which would shift the places: then only tokens by themselves are searched.
  if (lower.length === text.length) {
    for (let at = lower.indexOf(sought); at >= 0; at = lower.indexOf(sought, at + 1)) {
      const index = tokens.findIndex(token => token.start <= at && at < token.end);
      if (index >= 0) found.add(index);
    }
  }
  tokens.forEach((token, index) => {
    if ((token.start === token.end || lower.length !== text.length) && token.text.toLowerCase().includes(sought)) {
      found.add(index);
    }
  });
  return Array.from(found).sort((a, b) => a - b);
}
