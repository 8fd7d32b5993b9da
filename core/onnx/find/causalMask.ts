import { constantElements, type ConstantsOf } from '../read/constantElements';
import type { Op, Value } from '../graph/linkedGraph';
import type { OnnxTensor } from '../read/onnxModel';

const comparisons = new Set(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']);

/**
 * Whether a query is kept from later keys: among what is added to the scores, or chosen instead of them, there is a
 * triangle (`Trilu`, a triangular constant) or a comparison of the positions of queries with those of keys.
 * @param comparison the product of queries and keys, behind which nothing is looked for
 */
export function hasCausalMask(scores: Value, comparison: Op, model: ConstantsOf): boolean {
  const seen = new Set<Value>();
  const stack = [scores];
  while (stack.length > 0 && seen.size < 600) {
    const value = stack.pop()!;
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.constant && isTriangle(value.constant, model)) return true;
    const op = value.producer;
    if (!op || op === comparison || op.node.type === 'Shape') continue;
    if (op.node.type === 'Trilu') return true;
    if (comparisons.has(op.node.type) && op.inputs.every(i => i && isPositions(i)) && crosses(op)) return true;
    // What is looked up is a bias of its own, whatever the places' triangle that it is looked up by.
    const read = op.node.type === 'Gather' ? op.inputs.slice(0, 1) : op.inputs;
    for (const input of read) {
      if (input) stack.push(input);
    }
  }
  return false;
}

/** Counted up (`Range`, a running sum), not read from the inputs or a lookup. */
function isPositions(value: Value): boolean {
  let at: Value | undefined = value;
  for (let i = 0; at && i < 12; i++) {
    const op: Op | undefined = at.producer;
    if (!op) return at.data ? false : (at.shape?.length ?? 0) > 0;
    if (op.node.type === 'Range' || op.node.type === 'CumSum') return true;
    at = op.inputs.find(input => input?.producer && (input.shape?.length ?? 1) > 0) ?? op.inputs[0];
  }
  return false;
}

/** Whether the comparison pairs each position with each: [queries, 1] with [keys]. */
function crosses(op: Op): boolean {
  const [a, b] = op.inputs.map(i => i?.shape);
  if (!a?.length || !b?.length) return false;
  const [aIsColumn, bIsColumn] = [a.at(-1) === 1, b.at(-1) === 1];
  return aIsColumn !== bIsColumn;
}

/** Of a triangle with more rows the first and last so many are looked at. */
const rowsLookedAt = 32;

/**
 * Whether the last two axes hold a lower triangle, or a band of one (a sliding window): above the diagonal all is one value,
 * on it another, which the neighbours below it have, too.
 */
function isTriangle(tensor: OnnxTensor, model: ConstantsOf): boolean {
  const [rows, columns] = tensor.dims.slice(-2);
  if (tensor.dims.length < 2 || rows < 2 || rows !== columns || tensor.dims.slice(0, -2).some(d => d !== 1)) {
    return false;
  }
  const [hidden, seen] = constantElements(model, tensor, [1, 0]) ?? [];
  if (hidden === undefined || seen === undefined || hidden === seen) return false;
  return Array.from({ length: rows }, (_, row) => row)
    .filter(row => row < rowsLookedAt || row >= rows - rowsLookedAt)
    .every(row => {
      const first = Math.max(0, row - 1);
      const values = constantElements(
        model,
        tensor,
        Array.from({ length: columns - first }, (_, i) => row * columns + first + i),
      );
      return values?.every((value, i) => value === (first + i <= row ? seen : hidden)) ?? false;
    });
}
