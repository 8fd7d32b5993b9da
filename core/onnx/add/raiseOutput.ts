import type { NewDim } from '../read/encodeOnnx';
import type { Op, Scope } from '../graph/linkedGraph';
import type { ModelEdit } from './modelEdit';
import { NodeBuilder } from './nodeBuilder';
import { DataType, type OnnxGraph } from '../read/onnxModel';

/** A tensor by name, and the graph or body in which it has that name. */
export interface PlacedName {
  readonly scope: Scope;
  readonly name: string;
}

/** Of a loop's turns: the one with that number, or all side by side in the batch or as queries. */
export type Turns = number | 'batch' | 'queries';

/**
 * Makes a tensor an output of the model, through all bodies it lies in. Where it is computed in several branches of one
 * `If` they give one output; a branch that has none gives an empty tensor. Of a loop (`Scan`, `Loop`) it is
 * what `turns` says.
 * @param shape left open where it is not known.
 * @param type element type ({@link DataType}).
 */
export function raiseOutput(
  edit: ModelEdit,
  root: OnnxGraph,
  places: readonly PlacedName[],
  output: string,
  shape: readonly NewDim[] | undefined,
  turns: Turns,
  type: number = DataType.float,
): void {
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
      edit.addOutput(body.graph, own, undefined, type);
    }
    edit.addNodeOutput(owner.scope.graph, owner.node, raised);
    const whole = owner.node.type === 'If' ? raised : oneOfTurns(edit, owner, raised, turns);
    current = [...current.filter(p => !inside.includes(p)), { scope: owner.scope, name: whole }];
  }
  edit.addNode(root, { type: 'Identity', inputs: [current[0].name], outputs: [output] });
  edit.addOutput(root, output, shape, type);
}

/** Of a loop's turns, stacked along a new first axis: one, or all in the batch or as queries. */
function oneOfTurns(edit: ModelEdit, loop: Op, stacked: string, turns: Turns): string {
  const builder = new NodeBuilder(edit, loop.scope.graph, 'headlight');
  const axes = loop.ints('scan_output_axes');
  if (axes?.length) edit.setAttribute(loop.scope.graph, loop.node, 'scan_output_axes', { ints: [...axes, 0] });
  const directions = loop.ints('scan_output_directions');
  if (directions?.length) {
    edit.setAttribute(loop.scope.graph, loop.node, 'scan_output_directions', { ints: [...directions, 0] });
  }
  if (typeof turns === 'number') return builder.add('Gather', [stacked, builder.index(turns)], { axis: { int: 0 } });
  if (turns === 'batch') {
    return builder.reshape(stacked, [{ axes: [0, 1] }, { axes: [2] }, { axes: [3] }, { axes: [4] }]);
  }
  return builder.reshape(builder.transpose(stacked, [1, 2, 0, 3, 4]), [
    { axes: [0] },
    { axes: [1] },
    { axes: [2, 3] },
    { axes: [4] },
  ]);
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
