import type { MechanismAnswers, ScoreStep } from '../mechanisms/mechanismAnswer';
import type { MechanismId } from '../mechanisms/mechanisms';
import { AskType } from './askType';

/** Where the four models lie. */
export interface MechanismModels {
  /** The folder: an absolute path. */
  readonly folder: string;
}

/** What is asked about the four models, of the extension host as of the inference process. */
export const MechanismsRequest = {
  /** What all four make of a date. Fails with a sentence where there is none, or too much. */
  answer: new AskType<MechanismModels, { text: string }, MechanismAnswers>('mechanisms/answer'),
  /** How a digit's look at a character was computed; `character` counts what was read, the marks at both ends too. */
  step: new AskType<
    MechanismModels,
    { text: string; id: MechanismId; step: number; character: number; head?: ScoreStep['head'] },
    ScoreStep
  >('mechanisms/step'),
} as const;
