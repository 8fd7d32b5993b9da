import type { AttentionShape } from '../attentionMatrix';
import { noKeys, type KeyRanges } from '../targetKeys';
import type { TextFacts } from '../textFacts';
import { contentMeasure } from './massMeasure';

/**
 * The part of a row that lies on the partner of a bracket or quote: from the closing to the opening one, and where a token
 * sees what comes after it, the other way too; but the first token. Mean over the rows of tokens that hold such a sign.
 * The project's own measure; heads for delimiters of code: Wan et al. 2022 ("What Do They Capture?").
 */
export const matchingPair = contentMeasure(
  { id: 'pair', name: 'matching bracket or quote', short: 'bracket', on: 'the matching bracket or quote' },
  (facts, shape) => (shape.sameSequence ? partners(facts, shape) : noKeys(shape)),
);

function partners({ pairs, tokens }: TextFacts, shape: AttentionShape): KeyRanges {
  const keysOf = new Map<number, Set<number>>();
  const add = (query: number, key: number) => keysOf.set(query, (keysOf.get(query) ?? new Set()).add(key));
  for (const { open, close } of pairs) {
    add(close, open);
    if (!shape.causal) add(open, close);
  }
  const list: number[] = [];
  const start = new Uint32Array(tokens);
  const end = new Uint32Array(tokens);
  for (let query = 0; query < tokens; query++) {
    start[query] = list.length;
    list.push(...[...(keysOf.get(query) ?? [])].sort((a, b) => a - b));
    end[query] = list.length;
  }
  return { list: Uint32Array.from(list), start, end };
}
