import type { InferenceSession } from 'onnxruntime-node';
import { cutModel, type FoundAttention, type ProjectionSpan } from '../../core/onnx';
import { inputTensor } from '../graph/inputTensor';
import { CutSession, isHalf } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { quantizesWhileRunning } from '../models/quantizesWhileRunning';
import type { RowsThrough } from './heldNorm';

/** Parts of a model that rows are run through, each cut out of its graph when it is first asked for. To be released. */
export class SpanCuts {
  private readonly opened = new Map<string, Promise<CutSession>>();
  /**
   * Whether rows are run one by one: where activations are quantized by the largest of all that is there, small ones beside
   * large ones would be rounded away.
   */
  private readonly alone: boolean;

  /** @param options that say where the model's weights are. */
  constructor(
    private readonly found: FoundAttention,
    private readonly options: InferenceSession.SessionOptions,
  ) {
    this.alone = quantizesWhileRunning(found.model.graph);
  }

  /** What runs rows from one value to another, [batch, rows, size] or [rows, size]. */
  readonly open = async (span: ProjectionSpan): Promise<RowsThrough> => {
    const key = `${span.from.name}\n${span.to.name}`;
    const opening = this.opened.get(key) ?? CutSession.open(cutModel(this.found.graph, [span]), this.options);
    this.opened.set(key, opening);
    const session = await opening;
    const { shape = ['', '', ''] } = span.from;
    return async rows => {
      const atOnce = this.alone ? 1 : rows.length;
      const results: Float32Array[] = [];
      while (results.length < rows.length) {
        const some = rows.slice(results.length, results.length + atOnce);
        results.push(...(await runRows(session, some, shape)));
      }
      return results;
    };
  };

  async release(): Promise<void> {
    // What could not be opened was told to those who asked.
    await Promise.allSettled([...this.opened.values()].map(async session => (await session).release()));
  }
}

/** Runs as many of some rows as fit: all, or of a graph of fixed length so many. */
async function runRows(
  session: CutSession,
  rows: readonly Float32Array[],
  shape: readonly unknown[],
): Promise<Float32Array[]> {
  const fixed = numberOf(shape[shape.length - 2]);
  const size = rows[0].length;
  const leading = shape.slice(0, -2).map(length => (fixed === undefined ? 1 : (numberOf(length) ?? 1)));
  const dims = [...leading, fixed ?? rows.length, size];
  const places = dims.slice(0, -1).reduce((product, length) => product * length, 1);
  const own = rows.slice(0, places);
  const data = new Float32Array(places * size);
  own.forEach((row, i) => data.set(row, i * size));
  const [result] = await session.run([inputTensor(isHalf(session.spans[0]) ? 'float16' : 'float32', dims, data)!]);
  const numbers = floatNumbers(result);
  if (!numbers) throw new Error(`A part of the model gives numbers of type ${result.type}, which cannot be told.`);
  const columns = numbers.length / places;
  return own.map((_, i) => numbers.slice(i * columns, (i + 1) * columns));
}

function numberOf(length: unknown): number | undefined {
  return typeof length === 'number' ? length : undefined;
}
