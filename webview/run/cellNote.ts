import type { AttentionGroup, Explanation, SequenceName } from '../../core/run/explanation';
import { sentenceOfToken } from '../../core/text/textPair';
import { textOf, tokensOf } from './choice';
import type { Cell } from './events';
import { count, formatWeight, quotedToken } from './wording';

/** What a note beside a cell says. */
export interface CellNote {
  readonly from: string;
  readonly to: string;
  readonly value: string;
  readonly note: string;
}

/**
 * The words for a cell, a row or a column that is pointed at.
 * @param weight The cell's weight, undefined where the numbers are not there yet.
 */
export function cellNote(
  explanation: Explanation,
  group: AttentionGroup,
  { query, key }: Cell,
  weight: number | undefined,
): CellNote {
  const name = (sequence: SequenceName, index: number | undefined) => {
    const token = index === undefined ? undefined : tokensOf(explanation, sequence)[index];
    return token ? quotedToken(token, textOf(explanation, sequence)) : '';
  };
  const { pair } = explanation;
  const isCell = query !== undefined && key !== undefined;
  const unseen = isCell && group.causal && key > query;
  const places = [
    query === undefined ? '' : `row ${query} of ${tokensOf(explanation, group.queries).length - 1}`,
    key === undefined ? '' : `column ${key}`,
    isCell && pair && group.queries === 'input' && group.keys === 'input'
      ? `${sentenceOfToken(pair, query)} → ${sentenceOfToken(pair, key)}`
      : '',
    unseen ? 'comes later, cannot be seen' : isCell && group.queries === group.keys ? distance(query - key) : '',
  ];
  return {
    from: name(group.queries, query),
    to: name(group.keys, key),
    value: !isCell || unseen ? '' : weight === undefined ? '…' : formatWeight(weight),
    note: places.filter(place => place !== '').join(' · '),
  };
}

function distance(back: number): string {
  if (back === 0) return 'itself';
  return back > 0 ? `${count(back)} back` : `${count(-back)} ahead`;
}
