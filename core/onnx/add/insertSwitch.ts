import type { AttentionMatch, AttentionParts } from '../find/attentionMatch';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { DataType } from '../read/onnxModel';
import { fromAttentionShape, toAttentionShape } from './toAttentionShape';

/** Names of the inputs [1, heads, 1, 1] that change what a layer's heads give. */
export interface SwitchNames {
  /** What each head's probabilities are multiplied with. */
  readonly factor: string;
  /** How much of their mean over the queries is added then: with a factor of zero and a mean of one each position gets the mean. */
  readonly mean: string;
  readonly opset: number;
  /** Whether the first axis may be the batch's. */
  readonly perText?: boolean;
  /**
   * The input that is added then: with a factor of zero it stands in the place of a head. To probabilities it is [1, heads,
   * queries, keys]; to what a fused operator gives, in the shape of that (see `AddedReplacement`).
   */
  readonly added?: string;
}

/**
 * Lets everything that reads the probabilities A read factor · A + mean · (mean of A over the queries) instead. A head's
 * result is linear in A, so its mean over the queries gives each position the mean over positions of that result.
 */
export function insertSwitch(edit: ModelEdit, place: AttentionMatch, parts: AttentionParts, names: SwitchNames): void {
  const { probabilities, layout, sums } = parts;
  const { graph } = place.op.scope;
  // The sums of probabilities that are divided late must stay as they are.
  const readers = new Set(
    probabilities.readers.filter(reader => reader.scope === probabilities.scope && (!sums || reader === parts.product)),
  );
  const first = [...readers].sort((a, b) => a.order - b.order)[0];
  if (!first) return;
  const builder = new NodeBuilder(edit, graph, 'headlight', first.node);
  const divided = sums ? builder.add('Div', [probabilities.name, sums.name]) : probabilities.name;
  const own = toAttentionShape(builder, divided, layout);
  const changed = switchedSum(builder, own, 2, names, probabilities.type);
  const shaped = own === divided ? changed : fromAttentionShape(builder, changed, probabilities.name, layout);
  const switched = sums ? builder.add('Mul', [shaped, sums.name]) : shaped;
  for (const reader of readers) {
    reader.inputs.forEach((input, i) => {
      if (input === probabilities) edit.setInput(graph, reader.node, i, switched);
    });
  }
}

/**
 * Adds factor · x + mean · (mean of x along an axis), and what is added where something is.
 * @param type of x, where it is known
 * @param widen what brings an input [1, heads, 1, 1] into a shape that broadcasts to x
 */
export function switchedSum(
  builder: NodeBuilder,
  x: string,
  axis: number,
  { factor, mean, added, opset }: SwitchNames,
  type: number | undefined,
  widen = (name: string): string => name,
): string {
  const ofType = (name: string): string => {
    if (type === DataType.float) return name;
    if (type !== undefined) return builder.cast(name, type);
    // Before operator set 15 a graph cannot say that two are of one type: floats are the likeliest.
    return opset >= 15 ? builder.add('CastLike', [name, x]) : name;
  };
  const [times, plus] = [factor, mean].map(name => widen(ofType(name)));
  const average =
    opset >= 18
      ? builder.add('ReduceMean', [x, builder.ints([axis])])
      : builder.add('ReduceMean', [x], { axes: { ints: [axis] } });
  const switched = builder.add('Add', [builder.add('Mul', [x, times]), builder.add('Mul', [average, plus])]);
  return added === undefined ? switched : builder.add('Add', [switched, ofType(added)]);
}
