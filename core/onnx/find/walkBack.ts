import type { Op, Value } from '../graph/linkedGraph';
import { unrelated } from './streamContexts';

const recurrent: ReadonlySet<string> = new Set(['GRU', 'LSTM', 'RNN', 'DynamicQuantizeLSTM']);

/** All values that the given ones are computed from, themselves included. */
export function walkBack(from: readonly Value[], through: (op: Op) => boolean): ReadonlySet<Value> {
  const walk = new Walk(from, through);
  while (walk.step(1024).length > 0);
  return walk.seen;
}

/** A walk from values to what they are computed from, nearest first; positions (sines, shapes) are left out. */
export class Walk {
  readonly seen: Set<Value>;
  private readonly queue: Value[];
  private at = 0;

  constructor(
    from: readonly Value[],
    private readonly through: (op: Op) => boolean,
  ) {
    this.seen = new Set(from);
    this.queue = [...from];
  }

  /** Goes on from at most so many values; what it passed, none at the end. */
  step(count: number): readonly Value[] {
    const start = this.at;
    const end = Math.min(this.queue.length, start + count);
    for (; this.at < end; this.at++) {
      const value = this.queue[this.at];
      const op = value.producer ?? loopInput(value);
      if (!op || unrelated.has(op.node.type) || !this.through(op)) continue;
      // What a recurrent layer starts from is another stream: the encoder's last state, in a decoder.
      const inputs = recurrent.has(op.node.type) ? op.inputs.slice(0, 1) : op.inputs;
      inputs.forEach(input => this.reach(input));
      if (!value.producer) continue;
      for (const body of op.bodies) {
        if (op.node.type === 'If') this.reach(body.outputs[op.outputs.indexOf(value)]);
        else body.outputs.forEach(output => this.reach(output));
      }
    }
    return this.queue.slice(start, end);
  }

  private reach(value: Value | undefined): void {
    if (!value || this.seen.has(value)) return;
    this.seen.add(value);
    this.queue.push(value);
  }
}

/** The inputs of a body come from the inputs of its node. */
function loopInput(value: Value): Op | undefined {
  return value.scope.inputs.includes(value) ? value.scope.owner?.op : undefined;
}
