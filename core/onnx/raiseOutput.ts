import type { NewDim } from './encodeOnnx';
import type { Scope } from './linkedGraph';
import type { ModelEdit } from './modelEdit';
import { DataType, type OnnxGraph } from './onnxModel';

/** A tensor by name, and the graph or body in which it has that name. */
export interface PlacedName {
  readonly scope: Scope;
  readonly name: string;
}

/**
 * Makes a tensor an output of the model, through all bodies it lies in. Where it is computed in several branches of one
 * `If` they give one output; a branch that has none gives an empty tensor.
 */
export function raiseOutput(edit: ModelEdit, root: OnnxGraph, places: readonly PlacedName[], output: string, shape: readonly NewDim[]): void {
  let current = [...places];
  while (current.some(p => p.scope.owner)) {
    const deepest = current.reduce((a, b) => (depth(b.scope) > depth(a.scope) ? b : a));
    const owner = deepest.scope.owner!.op;
    const inside = current.filter(p => p.scope.owner?.op === owner);
    const raised = edit.freshName(`headlight/${output}`);
    for (const body of owner.bodies) {
      const given = inside.find(p => p.scope === body)?.name ?? empty(edit, output);
      const own = edit.freshName(`headlight/${output}/body`);
      edit.addNode(body.graph, { type: 'Identity', inputs: [given], outputs: [own] });
      edit.addOutput(body.graph, own);
    }
    edit.addNodeOutput(owner.scope.graph, owner.node, raised);
    current = [...current.filter(p => !inside.includes(p)), { scope: owner.scope, name: raised }];
  }
  edit.addNode(root, { type: 'Identity', inputs: [current[0].name], outputs: [output] });
  edit.addOutput(root, output, shape);
}

/** A tensor without elements, for a branch that does not compute the attention. */
function empty(edit: ModelEdit, output: string): string {
  const name = edit.freshName(`headlight/${output}/none`);
  edit.addConstant(name, DataType.float, [0, 0, 0, 0], new Uint8Array(0));
  return name;
}

function depth(scope: Scope): number {
  return scope.owner ? 1 + depth(scope.owner.op.scope) : 0;
}
