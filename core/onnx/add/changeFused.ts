import type { AttentionMatch } from '../find/attentionMatch';
import { OnnxError } from '../read/onnxError';
import { DataType } from '../read/onnxModel';
import { addFusedOutputs, type ChangedNames, setChanged } from './addFusedOutputs';
import { affine, type OwnPart, type ProbabilityChange } from './changeScores';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { replaceValue } from './replaceValue';

/** `attention_bias` of `GroupQueryAttention`. */
const groupedBias = 10;

/**
 * Changes scores and probabilities of a fused operator. The scores of `GroupQueryAttention`, which keeps its masks to itself,
 * through its own bias; else the operator's result is put aside, and softmax and the product with the values are computed
 * beside it, from its own scores or, where it gives none, from its inputs.
 * @throws {OnnxError} where the operator cannot be taken apart.
 */
export function changeFused(
  edit: ModelEdit,
  place: AttentionMatch,
  { scores, probabilities }: { readonly scores?: string; readonly probabilities?: ProbabilityChange },
  opset: number,
  own: OwnPart,
  layer: number,
): void {
  const { op, context, heads } = place;
  const { graph } = op.scope;
  const grouped = op.type === 'com.microsoft.GroupQueryAttention';
  if (grouped && scores !== undefined) {
    const builder = new NodeBuilder(edit, graph, 'headlight', op.node);
    const bias = groupedScores(builder, place, own(builder, scores));
    edit.setInput(graph, op.node, groupedBias, bias);
    if (!probabilities) return;
  }
  replaceValue(edit, context, new Set(), (builder, original, output) => {
    const given = addFusedOutputs(edit, place, [grouped ? 'probabilities' : 'scores', 'value'], opset, builder, {
      disturbs: true,
    });
    const [found, value] = [given.get(grouped ? 'probabilities' : 'scores'), given.get('value')];
    if (!found || !value || !heads) {
      throw new OnnxError(
        `The attention of layer ${layer}, ${op.type}, cannot be taken apart, so it cannot be changed.`,
      );
    }
    let p = found;
    let changed: ChangedNames = {};
    if (!grouped) {
      const summed = scores === undefined ? found : builder.add('Add', [found, own(builder, scores)]);
      p = builder.add('Softmax', [summed], { axis: { int: -1 } });
      changed = { scores: summed };
    }
    if (probabilities) p = affine(builder, p, probabilities, own, DataType.float);
    setChanged(edit, op, { ...changed, probabilities: p });
    const result = builder.add('MatMul', [p, value]);
    const typed =
      context.type === undefined
        ? builder.add('CastLike', [result, original])
        : context.type === DataType.float
          ? result
          : builder.cast(result, context.type);
    const isWhole = op.type === 'Attention' && (op.inputs[0]?.shape?.length ?? 4) === 4;
    if (isWhole) builder.add('Identity', [typed], undefined, output);
    else {
      const byToken = builder.transpose(typed, [0, 2, 1, 3]);
      builder.add('Identity', [builder.reshape(byToken, [{ axes: [0] }, { axes: [1] }, -1])], undefined, output);
    }
  });
}

/** What is added to the scores: as long as queries and keys are, with the operator's own bias. */
function groupedScores(builder: NodeBuilder, { op }: AttentionMatch, added: string): string {
  const [query, bias, total] = [op.inputs[0]!, op.inputs[groupedBias], op.inputs[6]];
  const length = builder.add('Gather', [builder.add('Shape', [query.name]), builder.ints([1])]);
  const keys = builder.reshape(builder.cast(total!.name, DataType.int64), [1]);
  const shape = builder.add('Concat', [builder.ints([1, 1]), length, keys], { axis: { int: 0 } });
  const whole = builder.add('Expand', [added, shape]);
  const typed = query.type === DataType.float || query.type === undefined ? whole : builder.cast(whole, query.type);
  return bias ? builder.add('Add', [bias.name, typed]) : typed;
}
