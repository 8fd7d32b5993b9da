import type { MechanismAnswer } from '../../core/mechanisms/mechanismAnswer';
import type { MechanismId } from '../../core/mechanisms/mechanisms';
import type { DateVocabulary } from './dateVocabulary';
import type { MechanismRun } from './mechanismModel';

/** What a model wrote, how sure it was, and where it looked: the mean over the layers and heads that looked. */
export function answerDate(
  id: MechanismId,
  { logits, layers, vector }: MechanismRun,
  { vocab_out, steps, models }: DateVocabulary,
  time: number,
): MechanismAnswer {
  const classes = vocab_out.length;
  const output = writtenText(logits, vocab_out);
  const probabilities = new Float32Array(steps);
  for (let step = 0; step < steps; step++) {
    const row = logits.subarray(step * classes, (step + 1) * classes);
    const most = Math.max(...row);
    probabilities[step] = 1 / row.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  }
  const { params: parameters, exact } = models[id];
  return { id, output, probabilities, ...lookedAt(layers), vector, parameters, exact, time };
}

/** The likeliest character of each step. @param logits [step][class]. */
export function writtenText(logits: Float32Array, vocabulary: string): string {
  const classes = vocabulary.length;
  let text = '';
  for (let at = 0; at < logits.length; at += classes) {
    const row = logits.subarray(at, at + classes);
    text += vocabulary[row.indexOf(Math.max(...row))];
  }
  return text;
}

function lookedAt(layers: MechanismRun['layers']): Pick<MechanismAnswer, 'alignment' | 'heads'> {
  if (layers.length === 0) return {};
  const [{ heads, queries, keys }] = layers;
  const alignment = new Float32Array(queries * keys);
  for (const { probabilities } of layers) {
    probabilities.forEach((weight, i) => (alignment[i % alignment.length] += weight / (heads * layers.length)));
  }
  return { alignment, heads: { layers: layers.length, heads } };
}
