import { reshapeGroups } from './axisTrace';
import type { Op, Value } from '../graph/linkedGraph';

/**
 * For each axis of an operation's output, the axis of its input that it is; -1 where it is a new one or a mixture. For
 * operations that keep a tensor's elements apart (layout, casts, masks); undefined where ranks are not known.
 */
export function axesBefore(op: Op, input: Value): number[] | undefined {
  const output = op.outputs[0];
  const from = input.shape;
  const to = output?.shape;
  if (!from || !to) return undefined;
  switch (op.node.type) {
    case 'Transpose': {
      const perm = op.ints('perm');
      return perm?.length ? [...perm] : from.map((_, i) => from.length - 1 - i);
    }
    case 'Reshape':
    case 'Flatten': {
      const axes = to.map(() => -1);
      for (const group of reshapeGroups(from, to)) {
        const [f, t] = [group.from.filter(i => from[i] !== 1), group.to.filter(i => to[i] !== 1)];
        if (f.length === 1 && t.length === 1) axes[t[0]] = f[0];
        else if (group.from.length === 1 && group.to.length === 1) axes[group.to[0]] = group.from[0];
      }
      return axes;
    }
    case 'Unsqueeze': {
      const gone = newAxes(op, to.length);
      const rest = from.map((_, i) => i);
      return gone && to.map((_, i) => (gone.includes(i) ? -1 : (rest.shift() ?? -1)));
    }
    case 'Squeeze': {
      const gone = newAxes(op, from.length) ?? from.flatMap((d, i) => (d === 1 ? [i] : []));
      return from.map((_, i) => i).filter(i => !gone.includes(i));
    }
    case 'Gather': {
      const axis = op.int('axis', 0) < 0 ? op.int('axis', 0) + from.length : op.int('axis', 0);
      const added = to.length - from.length + 1;
      return to.map((_, i) => (i < axis ? i : i < axis + added ? (added === 1 ? axis : -1) : i - added + 1));
    }
    default:
      return to.map((_, i) => i - to.length + from.length).map(i => (i < 0 ? -1 : i));
  }
}

function newAxes(op: Op, rank: number): number[] | undefined {
  const axes = op.ints('axes')?.length ? op.ints('axes') : op.inputs[1]?.elements;
  return axes?.map(a => (Number(a) < 0 ? Number(a) + rank : Number(a)));
}
