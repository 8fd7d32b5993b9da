import type { Op, Scope, Value } from '../graph/linkedGraph';
import { normNode, skipSum, skipSumOutput } from '../residual/skipNorm';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';

/** What each value that was replaced is called now, unchanged. */
const unchanged = new WeakMap<ModelEdit, Map<Value, string>>();

/**
 * Puts something in the place of a value for all that reads it, the model's outputs too. A sum inside of a fused norm
 * ({@link skipSum}) is taken out of it: the norm is computed of what stands in its place.
 * Done twice with one value, the second change comes before the first.
 * @param given values that were not outputs of their node and are now; added to.
 * @param make adds the nodes: of the value's own name now, and the name of what it makes of it.
 */
export function replaceValue(
  edit: ModelEdit,
  value: Value,
  given: Set<Value>,
  make: (builder: NodeBuilder, original: string, output: string) => void,
): void {
  const { scope, producer } = value;
  const { graph } = scope;
  if (!producer) {
    const builder = new NodeBuilder(edit, graph, 'headlight', firstIn(scope, value.readers)?.node);
    const output = edit.freshName('headlight/changed');
    make(builder, value.name, output);
    for (const reader of new Set(value.readers)) {
      reader.inputs.forEach((input, i) => {
        if (input === value) edit.setInput(reader.scope.graph, reader.node, i, output);
      });
    }
    return;
  }
  const names = unchanged.get(edit) ?? new Map<Value, string>();
  unchanged.set(edit, names);
  const before = names.get(value);
  const original = edit.freshName(`${value.name}/unchanged`);
  names.set(value, original);
  const isSum = skipSum(producer) === value;
  const readers = isSum ? [...value.readers, ...producer.outputs[0].readers] : value.readers;
  const builder = new NodeBuilder(edit, graph, 'headlight', firstIn(scope, readers)?.node);
  const index = producer.outputs.indexOf(value);
  if (index >= 0) edit.renameOutput(graph, producer.node, index, original);
  else edit.addNodeOutput(graph, producer.node, original, skipSumOutput);
  given.add(value);
  make(builder, original, before ?? value.name);
  if (isSum && before === undefined) {
    edit.renameOutput(graph, producer.node, 0, edit.freshName('headlight/unused'));
    const name = edit.freshName('headlight/norm');
    edit.addNode(graph, { ...normNode(producer, value.name), name }, builder.before);
  }
}

/** The first of some operations that a graph computes, those in its bodies as the operation that the body is of. */
function firstIn(scope: Scope, ops: readonly Op[]): Op | undefined {
  const own = ops.map(op => {
    let at: Op | undefined = op;
    while (at && at.scope !== scope) at = at.scope.owner?.op;
    return at;
  });
  return own.filter(op => op !== undefined).sort((a, b) => a.order - b.order)[0];
}
