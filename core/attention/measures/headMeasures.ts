import { duplicateToken } from './duplicateToken';
import { firstToken } from './firstToken';
import { induction } from './induction';
import { itself } from './itself';
import { lineStart } from './lineStart';
import { matchingPair } from './matchingPair';
import { distance } from './meanDistance';
import { nextToken } from './nextToken';
import { previousToken } from './previousToken';
import { entropy } from './rowEntropy';
import { sameLine } from './sameLine';
import { sameWord } from './sameWord';
import { separators } from './separators';

/** The measures of a head that are one number, in the order to show them. */
export const numberMeasures = [entropy, distance] as const;

/** The measures of how much of a row lies on certain keys, in the order to show them. */
export const massMeasures = [
  previousToken,
  nextToken,
  itself,
  firstToken,
  separators,
  duplicateToken,
  induction,
  matchingPair,
  lineStart,
  sameLine,
  sameWord,
] as const;

/** Names a measure that is one number. */
export type NumberId = (typeof numberMeasures)[number]['id'];

/** Names a measure of how much of a row lies on certain keys. */
export type MassId = (typeof massMeasures)[number]['id'];
