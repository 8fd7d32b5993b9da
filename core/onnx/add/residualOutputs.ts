import type { AttentionMatch } from '../find/attentionMatch';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { DataType } from '../read/onnxModel';
import type { PlacedName } from './raiseOutput';
import { residualWrite } from '../residual/residualWrite';

/** What a layer's attention adds to the residual stream, and the stream that it is added to. */
export type ResidualTensorKind = 'write' | 'stream';

/**
 * Adds what gives both as float32 [batch, 1, tokens, size], at each place where the attention stands.
 * @returns none where the graph does not show them at every place.
 */
export function residualOutputs(
  edit: ModelEdit,
  places: readonly AttentionMatch[],
): ReadonlyMap<ResidualTensorKind, readonly PlacedName[]> {
  const found = places.map(residualWrite);
  const outputs = new Map<ResidualTensorKind, readonly PlacedName[]>();
  if (found.some(residual => residual === undefined)) return outputs;
  for (const what of ['write', 'stream'] as const) {
    outputs.set(
      what,
      places.map(({ op: { scope } }, i) => {
        const value = found[i]![what];
        const builder = new NodeBuilder(edit, scope.graph, 'headlight');
        const float = value.type === DataType.float ? value.name : builder.cast(value.name, DataType.float);
        return { scope, name: builder.reshape(float, [{ axes: [0] }, 1, { axes: [1] }, { axes: [2] }]) };
      }),
    );
  }
  return outputs;
}
