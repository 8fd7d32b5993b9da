import { rankCorrelation } from '../attention/measures/rankCorrelation';

/** What a unit of the text gets: by the cuts, and by each way to read attention. */
export interface NeedRow {
  readonly bits: number;
  readonly raw?: number;
  readonly value?: number;
  readonly rollout?: number;
}

/** The ways to read attention that are held against the cuts, and what they are called. */
export const readAs = { raw: 'raw attention', value: 'value-weighted', rollout: 'rollout' } as const;
export type ReadAs = keyof typeof readAs;

/** With fewer units a rank correlation says nothing. */
const fewest = 3;

/** The rank correlation of each reading with the cuts, as far as there are numbers. */
export function agreementOf(rows: readonly NeedRow[]): Partial<Readonly<Record<ReadAs, number>>> {
  const found: Partial<Record<ReadAs, number>> = {};
  for (const reading of Object.keys(readAs) as ReadAs[]) {
    const told = rows.flatMap(row => {
      const read = row[reading];
      return read === undefined ? [] : [{ bits: row.bits, read }];
    });
    if (told.length < fewest) continue;
    const correlation = rankCorrelation(
      told.map(({ bits }) => bits),
      told.map(({ read }) => read),
    );
    if (!Number.isNaN(correlation)) found[reading] = correlation;
  }
  return found;
}

/** How far the picture of attention can be believed at a position, in one sentence. @param unit "tokens", "words", "lines". */
export function agreementWords(agreement: Partial<Readonly<Record<ReadAs, number>>>, unit: string): string {
  const told = (Object.entries(agreement) as [ReadAs, number][]).sort((a, b) => b[1] - a[1]);
  if (told.length === 0) return `There are too few ${unit} to hold attention against the cuts.`;
  const [best, correlation] = told[0];
  const name = best === 'value' ? 'value-weighted attention' : readAs[best];
  const said = `(${correlation.toFixed(2).replace('-', '−')})`;
  const alone = told.length === 1;
  const begin = `${name[0].toUpperCase()}${name.slice(1)}${alone ? '' : ', the nearest of the readings,'}`;
  if (correlation >= 0.8) {
    return `${begin} puts the ${unit} in nearly the order of the cuts ${said}: here its picture can be believed.`;
  }
  if (correlation >= 0.5) {
    return `${begin} puts the ${unit} roughly in the order of the cuts ${said}: here its picture is a hint, not proof.`;
  }
  if (correlation >= 0.2) {
    return `${begin} follows the order of the cuts only loosely ${said}: here its picture tells little of what the model needs.`;
  }
  const none = alone ? `${begin} does not follow` : 'No reading of attention follows';
  return `${none} the cuts ${said}: here its picture does not tell what the model needs.`;
}
