import { sameClassKeys } from '../targetKeys';
import { contentMeasure } from './massMeasure';

/**
 * The part of a row that lies on what came after the same token before: `Σ_j a[q][j + 1]`, j < q with the token of q, but
 * the query itself; mean over the rows that have one and see something else. The "prefix matching score" of Olsson et al.
 * 2022 ("In-context Learning and Induction Heads"), who take it on repeated random tokens; here on the text at hand.
 */
export const induction = contentMeasure(
  { id: 'induction', name: 'induction', on: 'what came after the same token before' },
  ({ ids }, shape) => {
    const { list, start, end } = sameClassKeys(shape, ids, true);
    return { list: list.map(token => token + 1), start, end };
  },
);
