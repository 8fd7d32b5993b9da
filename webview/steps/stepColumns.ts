import type { AttentionGroup, AttentionSteps, ModelInfo } from '../../core/run/explanation';
import { formatNumber } from './stepNumbers';

/** The steps that the table has a column for. */
export type StepName = 'key' | 'product' | 'scaled' | 'bias' | 'mask' | 'softmax' | 'value' | 'part';

/** A column of the table of steps. */
export interface StepColumn {
  readonly name: StepName;
  readonly label: string;
  /** The part of the formula that is worked out here. */
  readonly formula: string;
  /** One sentence for who meets this for the first time. */
  readonly sentence: string;
}

/** How the scaling of a row is told. */
export type Scaling = 'divides' | 'divided before' | 'never divides' | 'own factor';

/** What a model does about √d. A scale of 1 means two things: most such models divide the query; T5 learns without. */
export function scalingOf(
  { scale, headSize }: AttentionSteps,
  { architecture }: Pick<ModelInfo, 'architecture'>,
): Scaling {
  if (Math.abs(scale * Math.sqrt(headSize) - 1) < 1e-3) return 'divides';
  if (scale !== 1) return 'own factor';
  return architecture.toLowerCase().includes('t5') ? 'never divides' : 'divided before';
}

/** The columns that a row has, in the order of the calculation. */
export function stepColumns(
  steps: AttentionSteps,
  group: AttentionGroup,
  model: Pick<ModelInfo, 'architecture'>,
): StepColumn[] {
  const { headSize, valueSize, scale, bias } = steps;
  const scaling = scalingOf(steps, model);
  const columns: (StepColumn | undefined)[] = [
    {
      name: 'key',
      label: 'key',
      formula: `K: ${headSize} numbers`,
      sentence: `Each token offers a key: ${headSize} numbers that tell what it can be found by.`,
    },
    {
      name: 'product',
      label: 'q·k',
      formula: scaling === 'divided before' ? 'QKᵀ, q ÷ √d' : 'QKᵀ',
      sentence: `Query times key, number by number, and summed: large where both point the same way.${
        scaling === 'divided before' ? ' The model has divided the query already, so the scores need no dividing.' : ''
      }`,
    },
    scaling === 'divides'
      ? {
          name: 'scaled',
          label: `÷ √${headSize}`,
          formula: 'QKᵀ/√d',
          sentence: `Divided by √d = √${headSize}: products of longer vectors spread wider, and would leave the softmax one winner.`,
        }
      : scaling === 'own factor'
        ? {
            name: 'scaled',
            label: `× ${formatNumber(scale)}`,
            formula: 'QKᵀ × scale',
            sentence: `Multiplied with ${formatNumber(scale)}: this model scales by a number of its own in place of 1/√d.`,
          }
        : undefined,
    bias && {
      name: 'bias',
      label: '+ bias',
      formula: '+ B = score',
      sentence: 'The model adds a number that depends on how far apart the two tokens are.',
    },
    { name: 'mask', label: 'mask', formula: '0 or −∞', sentence: maskSentence(group) },
    {
      name: 'softmax',
      label: 'softmax',
      formula: 'weights, sum 1',
      sentence: 'e to the power of each score, divided by the sum of them all: weights between 0 and 1 that sum to 1.',
    },
    {
      name: 'value',
      label: 'value',
      formula: `V: ${valueSize} numbers`,
      sentence: 'Each token also offers a value: what it passes on to whoever looks at it.',
    },
    {
      name: 'part',
      label: 'weight × ‖value‖',
      formula: 'size of its part',
      sentence: 'The length of the value times its weight: how much of this token arrives in the output.',
    },
  ];
  return columns
    .filter(column => column !== undefined)
    .map((column, i) => (column.name === 'part' ? column : { ...column, label: `${i + 1} · ${column.label}` }));
}

function maskSentence({ causal }: AttentionGroup): string {
  return causal
    ? 'A token sees itself and what stands before it: later keys get −∞, of which the softmax makes 0.'
    : 'Each key may be seen; only padding would get −∞, of which the softmax makes 0.';
}

/** Who meets whom, in a few words for the query's own line; with what was done to the query before. */
export function queryNote(
  steps: AttentionSteps,
  group: AttentionGroup,
  model: Pick<ModelInfo, 'architecture'>,
): string {
  const meets = group.causal
    ? 'one query meets every key up to itself'
    : group.queries === group.keys
      ? 'one query meets every key, before and after it'
      : `one query of the ${group.queries} meets every key of the ${group.keys}`;
  switch (scalingOf(steps, model)) {
    case 'divided before':
      return `${meets}; the model has divided the query already`;
    case 'never divides':
      return `${meets}; this model does not divide by √d`;
    case 'divides':
    case 'own factor':
      return meets;
  }
}

/** A piece of the formula, and the columns that work it out. */
export interface FormulaPart {
  readonly text: string;
  readonly steps: readonly (StepName | 'query' | 'output')[];
}

/** Attention(Q, K, V) = softmax(QKᵀ/√d)V in pieces (Vaswani et al. 2017), with what this model adds. */
export function formulaParts({ bias }: Pick<AttentionSteps, 'bias'>): FormulaPart[] {
  return [
    { text: 'Attention(Q, K, V)', steps: ['output'] },
    { text: ' = ', steps: [] },
    { text: 'softmax', steps: ['softmax', 'mask'] },
    { text: '(', steps: [] },
    { text: 'Q', steps: ['query', 'product'] },
    { text: 'Kᵀ', steps: ['key', 'product'] },
    { text: '/√d', steps: ['scaled'] },
    ...(bias ? [{ text: ' + B', steps: ['bias'] } satisfies FormulaPart] : []),
    { text: ')', steps: [] },
    { text: 'V', steps: ['value', 'part'] },
  ];
}
