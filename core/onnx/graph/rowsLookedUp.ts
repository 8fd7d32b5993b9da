import type { LinkedGraph, Value } from './linkedGraph';

const unary = /^(Cast|Identity|Reshape|Squeeze|Unsqueeze|Flatten|Transpose|Clip)$/;

/** Which input of an operator is looked up, and in which other. */
const tables: Readonly<Record<string, readonly (readonly [indices: number, table: number])[]>> = {
  Gather: [[1, 0]],
  'com.microsoft.EmbedLayerNormalization': [
    [0, 2],
    [1, 4],
  ],
};

/**
 * How many rows the tables have in which a model's inputs are looked up: numbers from 0 to one less are what it knows. Of an
 * input that is looked up in several the smallest; of one that is looked up in none that is found, nothing.
 */
export function rowsLookedUp({ ops }: LinkedGraph): Map<string, number> {
  const rows = new Map<string, number>();
  for (const op of ops) {
    for (const [indices, table] of tables[op.type] ?? []) {
      const size = op.int('axis', 0) === 0 && !op.inputs[table]?.data ? op.inputs[table]?.shape?.[0] : undefined;
      const name = givenName(op.inputs[indices]);
      if (typeof size === 'number' && name !== undefined) rows.set(name, Math.min(size, rows.get(name) ?? Infinity));
    }
  }
  return rows;
}

/** The input that a value is, at most cast or laid out anew. */
function givenName(value: Value | undefined): string | undefined {
  let at = value;
  while (at?.producer && unary.test(at.producer.type)) at = at.producer.inputs[0];
  return at && !at.producer && at.data && !at.scope.owner ? at.name : undefined;
}
