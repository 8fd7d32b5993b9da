import { isWeight } from '../graph/isWeight';
import type { AttentionMatch } from '../find/attentionMatch';
import type { Op, Value } from '../graph/linkedGraph';
import { norms } from './residualSums';

/** What a stream begins with: token and position embeddings, and what else is added to them. */
export interface EmbeddingPart {
  /** `token`: rows of a table by what is read; `position`: by where it stands, or fixed numbers for each place; `segment`: which of two texts; `input`: given or computed otherwise, as of patches and sound. */
  readonly kind: 'token' | 'position' | 'segment' | 'input';
  /** What is added, [batch, tokens, size] or [tokens, size]. */
  readonly value: Value;
}

/** Where a stream comes from. */
export interface Embedding {
  readonly parts: readonly EmbeddingPart[];
  /** Whether the sum is normalized before the first layer. */
  readonly normed: boolean;
  /** Whether all stands in one fused operator, so that the parts cannot be told apart. */
  readonly fused: boolean;
}

/** How a layer's attention knows where tokens stand beside what was added at the start. */
export type PositionSource =
  /** Queries and keys are turned by angles; the values hold their cosines and sines, where they are found. */
  | { readonly kind: 'rotary'; readonly cos?: Value; readonly sin?: Value }
  /** Something is added to the scores by the distance, learned or fixed. */
  | { readonly kind: 'relative' };

const unary =
  /^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Transpose|Dropout|LayerNormalization|RMSNormalization|SimplifiedLayerNormalization|Mul|Div|Sub|Flatten|Concat|Slice|Expand|Where)$/;
const mostSteps = 64;

/** Takes a stream's first value apart. */
export function findEmbedding(stream: Value): Embedding {
  const parts: EmbeddingPart[] = [];
  let [normed, fused] = [false, false];
  const addParts = (value: Value, steps: number): void => {
    const leaf = leafOf(value, mostSteps);
    const { producer } = value;
    if (leaf) {
      parts.push({ kind: leaf, value });
      return;
    }
    if (producer && steps > 0) {
      if (norms.test(producer.type)) normed = true;
      if (/EmbedLayerNormalization$/.test(producer.type)) {
        fused = true;
        return;
      }
      if (/^Add$|Skip(Simplified)?LayerNormalization$/.test(producer.type)) {
        for (const input of producer.inputs.slice(0, 2)) {
          if (input && (input.data || isPerPlace(input))) addParts(input, steps - 1);
        }
        return;
      }
      const [first, second] = producer.inputs;
      if (/^(Mul|Div|Sub)$/.test(producer.type) && first?.data && second?.data) {
        normed = true;
        // x − its mean, over or times what its deviation gives: x is what comes first, or the one that is no root.
        const isRoot = /^(Sqrt|Reciprocal|Div|Pow)$/.test(first.producer?.type ?? '');
        addParts(producer.type === 'Mul' && isRoot ? second : first, steps - 1);
        return;
      }
      const flowing = producer.inputs.filter(input => input?.data);
      if (unary.test(producer.type) && flowing.length === 1) {
        addParts(flowing[0]!, steps - 1);
        return;
      }
    }
    parts.push({ kind: 'input', value });
  };
  addParts(stream, mostSteps);
  // What was computed in several ways is no sum of embeddings: other layers come before.
  const inputs = parts.filter(({ kind }) => kind === 'input').length;
  return { parts: inputs > 1 ? [] : parts, normed, fused };
}

/** Whether fixed numbers are a vector for each place, not one for all (a bias). */
function isPerPlace({ shape }: Value): boolean {
  return shape === undefined || (shape.length > 1 && shape[shape.length - 1] !== 1 && shape[shape.length - 2] !== 1);
}

/** What a value is that holds nothing but one part, at most scaled, laid out anew or normalized. */
function leafOf(value: Value, steps: number): EmbeddingPart['kind'] | undefined {
  const { producer } = value;
  if (producer?.type === 'Gather' && producer.inputs[0] && isWeight(producer.inputs[0])) {
    const [table, index] = producer.inputs;
    const [rows] = table.shape ?? table.constant?.dims ?? [];
    // No text has four places, no vocabulary four tokens: these are kinds of tokens.
    return typeof rows === 'number' && rows <= 4 ? 'segment' : index && indexOf(index);
  }
  if (!value.data || isWeight(value)) return 'position';
  if (!producer || steps === 0) return undefined;
  if (
    /^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Dropout|DequantizeLinear|com\.microsoft\.DequantizeLinear)$/.test(
      producer.type,
    ) &&
    producer.inputs[0]
  ) {
    return leafOf(producer.inputs[0], steps - 1);
  }
  const flowing = producer.inputs.filter(input => input?.data);
  if (/^(Mul|Div)$/.test(producer.type) && flowing.length === 1) return leafOf(flowing[0]!, steps - 1);
  return /GatherBlockQuantized$/.test(producer.type) && producer.inputs[1] ? indexOf(producer.inputs[1]) : undefined;
}

/** What numbers name the rows of a table: those of an input as they are, or counted. */
function indexOf(index: Value): EmbeddingPart['kind'] {
  let at: Value | undefined = index;
  for (let steps = 0; at && steps < mostSteps; steps++) {
    if (!at.data) return 'position';
    const op: Op | undefined = at.producer;
    if (!op) return /position/i.test(at.name) ? 'position' : /type|segment/i.test(at.name) ? 'segment' : 'token';
    if (!/^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Clip|Flatten|Where)$/.test(op.type)) return 'position';
    at = op.inputs.find(input => input?.data);
  }
  return 'position';
}

/**
 * How an attention's queries and scores come to know of positions.
 * @param stream what the layer reads: what was computed before is not looked at.
 */
export function positionSource(
  { op, parts, heads }: AttentionMatch,
  stream: readonly Value[],
): PositionSource | undefined {
  if (op.type === 'com.microsoft.GroupQueryAttention' && op.int('do_rotary', 0) === 1) {
    return { kind: 'rotary', cos: op.inputs[7], sin: op.inputs[8] };
  }
  const query = parts?.query?.value ?? op.inputs[0];
  const before = query ? opsBefore([query], stream) : [];
  const turned = before.find(one => /(^|\.)RotaryEmbedding$/.test(one.type));
  if (turned) {
    const [, second, third, fourth] = turned.inputs;
    return turned.node.domain
      ? { kind: 'rotary', cos: third, sin: fourth }
      : { kind: 'rotary', cos: second, sin: third };
  }
  const [cos, sin] = ['Cos', 'Sin'].map(name => before.find(({ type }) => type === name)?.outputs[0]);
  if (cos && sin) return { kind: 'rotary', cos, sin };
  // Half of each query is turned against the other half, by tables that stand in the file.
  if (['Neg', 'Concat', 'Mul'].every(name => before.some(({ type }) => type === name))) return { kind: 'rotary' };
  const scores = parts ? [parts.scores] : op.inputs.slice(3);
  const operands = parts ? [query, parts.key?.value] : [];
  // A table of numbers for each head by distance, or what came of it, or of fixed slopes, in a constant.
  const ofHeads = (value: Value | undefined) =>
    value?.constant !== undefined &&
    heads !== undefined &&
    value.constant.dims.length > 2 &&
    value.constant.dims.at(-3) === heads &&
    value.constant.dims.at(-1) !== 1;
  const relative = opsBefore(scores, [...stream, ...operands]).some(({ type, inputs }) => {
    const [table] = inputs;
    if (type === 'Add') return inputs.some(ofHeads);
    return (
      type === 'GatherElements' ||
      (type === 'Gather' && table && isWeight(table) && table.shape?.length === 2 && table.shape[1] === heads)
    );
  });
  return relative ? { kind: 'relative' } : undefined;
}

/** As many operations before a value are looked at. */
const mostBefore = 600;

function opsBefore(values: readonly (Value | undefined)[], stop: readonly (Value | undefined)[]): Op[] {
  const ends = new Set(stop);
  const found = new Set<Op>();
  const open = values.filter(value => value !== undefined);
  for (let at = open.shift(); at && found.size < mostBefore; at = open.shift()) {
    const { producer } = at;
    if (ends.has(at) || !producer || found.has(producer)) continue;
    found.add(producer);
    for (const input of producer.inputs) if (input) open.push(input);
  }
  return [...found];
}
