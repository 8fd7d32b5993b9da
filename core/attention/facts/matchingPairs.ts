import type { Token } from '../../text/token';

/** A bracket or quote and its partner, by the tokens that hold them: `open < close`. */
export interface TokenPair {
  readonly open: number;
  readonly close: number;
}

const closing = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
  ['”', '“'],
  ['»', '«'],
  ['」', '「'],
  ['』', '『'],
  ['）', '（'],
  ['】', '【'],
]);
const opening = new Set(closing.values());
const straight = new Set(['"', "'", '`']);
const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;

/**
 * Which tokens hold brackets or quotes that belong together, ordered by the closing one. Brackets nest; a closing one
 * without its opening one is passed over. A straight quote closes the one that is open, else it opens; one of `"` or `'`
 * ends with its line at the latest, and `'` between letters is an apostrophe. What is a comment or a string in a language
 * is not known here. Pairs within one token are left out.
 */
export function matchingPairs(text: string, tokens: readonly Token[]): TokenPair[] {
  const pairs: TokenPair[] = [];
  let stack: { sign: string; at: number }[] = [];
  let token = 0;
  const tokenOf = (at: number): number => {
    while (token < tokens.length && tokens[token].end <= at) token++;
    return token < tokens.length && tokens[token].start <= at ? token : -1;
  };
  const close = (depth: number, token: number): void => {
    const open = stack[depth].at;
    stack.length = depth;
    if (open >= 0 && token > open) pairs.push({ open, close: token });
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\n' && stack.length > 0) {
      stack = stack.filter(open => open.sign !== '"' && open.sign !== "'");
    } else if (straight.has(sign)) {
      if (sign === "'" && wordCharacter.test(text.charAt(at - 1)) && wordCharacter.test(text.charAt(at + 1))) continue;
      const depth = stack.findLastIndex(open => open.sign === sign);
      if (depth >= 0) close(depth, tokenOf(at));
      else stack.push({ sign, at: tokenOf(at) });
    } else if (opening.has(sign)) {
      stack.push({ sign, at: tokenOf(at) });
    } else if (closing.has(sign)) {
      const depth = stack.findLastIndex(open => !straight.has(open.sign));
      if (depth >= 0 && stack[depth].sign === closing.get(sign)) close(depth, tokenOf(at));
    }
  }
  return pairs;
}
