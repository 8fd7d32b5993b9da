import type { AttentionMatch } from '../find/attentionMatch';
import { OnnxError } from '../read/onnxError';
import { DataType } from '../read/onnxModel';
import type { AttentionLayout } from '../find/attentionLayout';
import type { Value } from '../graph/linkedGraph';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { replaceValue } from './replaceValue';
import { fromAttentionShape, toAttentionShape } from './toAttentionShape';

/** The inputs that change probabilities p to `factor` · p + `added`. */
export interface ProbabilityChange {
  readonly factor: string;
  readonly added: string;
}

/** The part of an input that belongs to the heads that are changed. */
export type OwnPart = (builder: NodeBuilder, input: string) => string;

/**
 * Adds an input to the scores of attention in single operations, right before its softmax.
 * @throws {OnnxError} where the graph does not show how they lie.
 */
export function changeScores(
  edit: ModelEdit,
  { parts }: AttentionMatch,
  added: string,
  own: OwnPart,
  layer: number,
): void {
  const { scores, scoresLayout } = parts!;
  if (!scoresLayout) {
    throw new OnnxError(`The scores of layer ${layer} cannot be changed: the graph does not show how they lie.`);
  }
  changeShaped(edit, scores, scoresLayout, (builder, shaped) =>
    builder.add('Add', [shaped, ofType(builder, own(builder, added), scores.type, shaped)]),
  );
}

/** Changes the probabilities of attention in single operations for all that reads them. */
export function changeAffinely(
  edit: ModelEdit,
  { parts }: AttentionMatch,
  change: ProbabilityChange,
  own: OwnPart,
): void {
  const { probabilities, layout, sums, product } = parts!;
  const { type } = probabilities;
  if (!sums) {
    changeShaped(edit, probabilities, layout, (builder, shaped) => affine(builder, shaped, change, own, type));
    return;
  }
  // What the result is divided by must stay the sum of what the softmax gave.
  const { graph } = product!.scope;
  const builder = new NodeBuilder(edit, graph, 'headlight', product!.node);
  const divided = toAttentionShape(builder, builder.add('Div', [probabilities.name, sums.name]), layout);
  const changed = affine(builder, divided, change, own, type);
  const back = builder.add('Mul', [fromAttentionShape(builder, changed, probabilities.name, layout), sums.name]);
  product!.inputs.forEach((input, i) => {
    if (input === probabilities) edit.setInput(graph, product!.node, i, back);
  });
}

/** Adds `factor` · p + `added`. */
export function affine(
  builder: NodeBuilder,
  p: string,
  { factor, added }: ProbabilityChange,
  own: OwnPart,
  type: number | undefined,
): string {
  const [times, plus] = [factor, added].map(name => ofType(builder, own(builder, name), type, p));
  return builder.add('Add', [builder.add('Mul', [p, times]), plus]);
}

function changeShaped(
  edit: ModelEdit,
  value: Value,
  layout: AttentionLayout,
  change: (builder: NodeBuilder, shaped: string) => string,
): void {
  replaceValue(edit, value, new Set(), (builder, original, output) => {
    const shaped = toAttentionShape(builder, original, layout);
    const changed = change(builder, shaped);
    const back = shaped === original ? changed : fromAttentionShape(builder, changed, original, layout);
    builder.add('Identity', [back], undefined, output);
  });
}

/** A float32 input in the type of what it meets. */
function ofType(builder: NodeBuilder, name: string, type: number | undefined, like: string): string {
  if (type === DataType.float) return name;
  return type === undefined ? builder.add('CastLike', [name, like]) : builder.cast(name, type);
}
