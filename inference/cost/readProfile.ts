import { createReadStream } from 'node:fs';
import readline from 'node:readline';
import type { RanNode } from '../../core/cost/pairNodes';

/** A node that ran, and what it took. */
export interface TimedNode extends RanNode {
  /** Milliseconds of its own: those of the nodes of its bodies are not among them. */
  time: number;
  /** Bytes that the runtime's allocator held when it had run; undefined where it does not tell. */
  readonly held?: number;
}

/** One line of a profile, as far as it is read. */
interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: {
    readonly op_name?: string;
    readonly node_index?: string;
    readonly mem_bytes_in_use?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

const holdsBodies = new Set(['If', 'Loop', 'Scan']);

/**
 * The nodes of each run that a profile of ONNX Runtime tells of, in their order. The file is read line by line: it may have
 * hundreds of megabytes.
 */
export async function readProfile(file: string): Promise<TimedNode[][]> {
  const lines = readline.createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  const runs: TimedNode[][] = [];
  let nodes: (TimedNode & { readonly start: number; readonly whole: number })[] = [];
  for await (const line of lines) {
    const event = eventOf(line);
    if (event?.cat === 'Session' && event.name === 'model_run') {
      runs.push(nodes);
      nodes = [];
    }
    if (event?.cat !== 'Node' || !event.name?.endsWith('_kernel_time')) continue;
    const { op_name: type = '', node_index: index, mem_bytes_in_use: held, ...shapes } = event.args ?? {};
    const [start, whole] = [event.ts ?? 0, event.dur ?? 0];
    let time = whole;
    if (holdsBodies.has(type)) {
      // What stands in bodies ended before.
      for (let i = nodes.length - 1; i >= 0 && nodes[i].start >= start; i--) time -= nodes[i].time * 1000;
    }
    nodes.push({
      key: `${event.name} ${index}`,
      type,
      shapes: [...(shapes.input_type_shape ?? []), ...(shapes.output_type_shape ?? [])].flatMap(one =>
        Object.values(one),
      ),
      time: Math.max(0, time) / 1000,
      held: held === undefined ? undefined : Number(held),
      start,
      whole,
    });
  }
  return runs;
}

function eventOf(line: string): ProfileEvent | undefined {
  const from = line.indexOf('{');
  const to = line.lastIndexOf('}');
  if (from < 0 || to < from) return undefined;
  try {
    return JSON.parse(line.slice(from, to + 1)) as ProfileEvent;
  } catch {
    // A line that does not stand for one event tells nothing of a node.
    return undefined;
  }
}
