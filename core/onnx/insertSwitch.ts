import type { AttentionMatch, AttentionParts } from './attentionMatch';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { DataType } from './onnxModel';
import { fromAttentionShape, toAttentionShape } from './toAttentionShape';

/** Lets everything that reads the probabilities read them multiplied by a switch [1, heads, 1, 1] instead. */
export function insertSwitch(edit: ModelEdit, place: AttentionMatch, parts: AttentionParts, switchName: string): void {
  const { probabilities, layout } = parts;
  const { graph } = place.op.scope;
  const readers = new Set(probabilities.readers.filter(reader => reader.scope === probabilities.scope));
  const first = [...readers].sort((a, b) => a.order - b.order)[0];
  if (!first) return;
  const builder = new NodeBuilder(edit, graph, 'headlight', first.node);
  const factor = probabilities.type === undefined || probabilities.type === DataType.float ? switchName : builder.cast(switchName, probabilities.type);
  let switched: string;
  if (layout.folded) {
    const product = builder.add('Mul', [toAttentionShape(builder, probabilities.name, layout), factor]);
    switched = fromAttentionShape(builder, product, probabilities.name, layout);
  } else {
    const rank = probabilities.shape?.length ?? 4;
    const sizes = Array.from({ length: rank }, (_, axis) => {
      if (!layout.heads.includes(axis)) return 1;
      const size = probabilities.shape?.[axis];
      return layout.heads.length === 1 ? -1 : typeof size === 'number' ? size : -1;
    });
    const canonical = rank === 4 && layout.heads.length === 1 && layout.heads[0] === 1;
    switched = builder.add('Mul', [probabilities.name, canonical ? factor : builder.reshape(factor, sizes)]);
  }
  for (const reader of readers) {
    reader.inputs.forEach((input, i) => {
      if (input === probabilities) edit.setInput(graph, reader.node, i, switched);
    });
  }
}
