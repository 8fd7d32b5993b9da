import type { ScorePart, ScoreStep } from '../../core/mechanisms/mechanismAnswer';
import type { MechanismId } from '../../core/mechanisms/mechanisms';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { MechanismRun } from './mechanismModel';

/** What of a run is to be shown. */
export interface ScorePlace {
  readonly id: MechanismId;
  readonly step: number;
  /** Which of what was read. */
  readonly character: number;
  readonly head?: ScoreStep['head'];
}

/**
 * How a step's score for one character was computed, in the graph's own tensors: each letter of the formula with its numbers.
 * @throws {InferenceFault} where there is no such step, character or head.
 */
export function scoreStep(run: MechanismRun, { id, step, character, head }: ScorePlace): ScoreStep {
  const { recurrent, layers, vector } = run;
  if (vector) {
    return {
      id,
      step,
      character,
      parts: [{ symbol: 'c', words: 'all that is kept of the text', numbers: vector }],
    };
  }
  const layer = layers[head?.layer ?? 0];
  const at = head?.head ?? 0;
  if (!layer || at >= layer.heads || step >= layer.queries || character >= layer.keys) {
    throw new InferenceFault(InferenceErrorCode.run, 'There is no such digit, character or head; choose another.');
  }
  const { keys, queries } = layer;
  const from = (at * queries + step) * keys;
  const weights = layer.probabilities.slice(from, from + keys);
  const context: ScorePart[] = layer.value
    ? [{ symbol: 'Σ weight · v', words: 'context', numbers: weightedSum(weights, rowOf(layer.value, layer.heads, at)) }]
    : [];
  const softmax: ScorePart = { symbol: 'softmax', words: 'weights', numbers: weights, perCharacter: true };
  const scored = (symbol: string, scores: Float32Array): ScorePart[] => [
    { symbol, words: 'score', numbers: scores.slice(character, character + 1) },
    { symbol: 'scores', words: '', numbers: scores, perCharacter: true },
    softmax,
    ...context,
  ];
  if (recurrent) {
    const q = { symbol: 'q', words: 'state of the decoder', numbers: recurrent.state[step] };
    const k = { symbol: 'k', words: 'state of the encoder', numbers: rowOf(recurrent.memory, keys, character) };
    const key = rowOf(recurrent.key, keys, character);
    const scores = recurrent.scores[step].slice();
    if (recurrent.activation && recurrent.vector) {
      return {
        id,
        step,
        character,
        parts: [
          q,
          k,
          { symbol: 'W q', words: 'query', numbers: recurrent.query[step].slice() },
          { symbol: 'U k', words: 'key', numbers: key },
          { symbol: 'tanh(W q + U k)', words: '', numbers: rowOf(recurrent.activation[step], keys, character) },
          { symbol: 'v', words: 'learned', numbers: recurrent.vector.slice() },
          ...scored('vᵀ tanh(…)', scores),
        ],
      };
    }
    return {
      id,
      step,
      character,
      parts: [q, k, { symbol: 'W k', words: 'key', numbers: key }, ...scored('qᵀ W k', scores)],
    };
  }
  const query = rowOf(rowOf(layer.query!, layer.heads, at), queries, step);
  const key = rowOf(rowOf(layer.key!, layer.heads, at), keys, character);
  const product = query.reduce((sum, value, i) => sum + value * key[i], 0);
  return {
    id,
    step,
    character,
    head: { layer: head?.layer ?? 0, head: at },
    parts: [
      { symbol: 'q', words: 'query of this head', numbers: query },
      { symbol: 'k', words: 'key of this head', numbers: key },
      { symbol: 'qᵀ k', words: 'product', numbers: Float32Array.of(product) },
      ...scored(`qᵀ k / √${query.length}`, layer.scores!.slice(from, from + keys)),
    ],
  };
}

/** One of so many equal rows, as a copy: what it lies in may be large. */
function rowOf(tensor: Float32Array, rows: number, index: number): Float32Array {
  const size = tensor.length / rows;
  return tensor.slice(index * size, (index + 1) * size);
}

/** Σ weight · value over the characters. @param values [character][size]. */
function weightedSum(weights: Float32Array, values: Float32Array): Float32Array {
  const size = values.length / weights.length;
  const sum = new Float32Array(size);
  values.forEach((value, i) => (sum[i % size] += weights[Math.floor(i / size)] * value));
  return sum;
}
