/** Names a measure of how much of a row lies on certain keys. */
export type MassId =
  'previous' | 'next' | 'itself' | 'first' | 'separators' | 'duplicate' | 'induction' | 'pair' | 'line' | 'word';

/** What is told of such a measure; what it counts, its own file knows. */
export interface MassName {
  readonly id: MassId;
  /** The name of a head that has it, in the middle of a sentence. */
  readonly name: string;
  /** What it counts, to follow "of a row lies on". */
  readonly on: string;
  /** Whether it is about what the text says, so that a head's distances alone explain a part of it. */
  readonly ofContent: boolean;
}

/** All of them, in the order to show them. By themselves: a panel that only tells of them needs no more. */
export const massNames: readonly MassName[] = [
  { id: 'previous', name: 'previous token', on: 'the token before', ofContent: false },
  { id: 'next', name: 'next token', on: 'the token after', ofContent: false },
  { id: 'itself', name: 'itself', on: 'the token itself', ofContent: false },
  { id: 'first', name: 'first token', on: 'the first token', ofContent: false },
  { id: 'separators', name: 'separators', on: 'separators', ofContent: true },
  { id: 'duplicate', name: 'duplicate token', on: 'earlier places of the same token', ofContent: true },
  { id: 'induction', name: 'induction', on: 'what came after the same token before', ofContent: true },
  { id: 'pair', name: 'matching bracket or quote', on: 'the matching bracket or quote', ofContent: true },
  { id: 'line', name: 'same line', on: 'the other tokens of its line', ofContent: true },
  { id: 'word', name: 'same word', on: 'the other tokens of its word', ofContent: true },
];

/** What is told of one measure. */
export function massName(id: MassId): MassName {
  return massNames[massNames.findIndex(name => name.id === id)];
}
