import type { AttentionGroup } from '../../core/run/explanation';
import type { RowReduction } from '../../core/protocol/runProtocol';
import type { Token } from '../../core/text/token';
import { visibleText } from '../../core/text/visibleText';
import { headsOf } from './lensHead';

/** "0.61"; less than a hundredth reads "<0.01". */
export function weightWords(weight: number): string {
  return weight > 0 && weight < 0.005 ? '<0.01' : weight.toFixed(2);
}

/** What a token reads as: its word, or its signs where it has none ("↵····"); of a shared character, that character. */
export function spokenToken(token: Token, text: string): string {
  const words = token.part ? text.slice(token.start, token.end) : token.text;
  return visibleText(words.trim() || words) || 'nothing';
}

/** What is measured: "head 2.1", "encoder head 1.0", "mean of all 24 heads". */
export function headWords(group: AttentionGroup, head: RowReduction): string {
  const kind = group.kind === 'self' ? '' : `${group.kind} `;
  if (typeof head === 'object') return `${kind}head ${head.layer}.${head.head}`;
  return `${head} of all ${headsOf(group).length} ${kind}heads`;
}

/** A weight as a sentence: "“of” gets 0.61 of what “item” looks at (head 2.1)." */
export function weightSentence(key: string, query: string, weight: number, self: boolean, head: string): string {
  const looked = self ? 'what it looks at itself' : `what “${query}” looks at`;
  return `“${key}” gets ${weightWords(weight)} of ${looked} (${head}).`;
}
