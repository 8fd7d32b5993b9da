import type { InferenceSession } from 'onnxruntime-node';
import type { CutModel } from '../../core/onnx';
import type { Value } from '../../core/onnx/graph/linkedGraph';
import { inputTensor } from '../graph/inputTensor';
import { CutSession, isHalf } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import type { RowsThrough } from './heldNorm';

/** A part of a model that takes rows. To be released. */
export interface OpenedRows {
  readonly run: RowsThrough;
  release(): Promise<void>;
}

/**
 * Opens a part of a model for rows, each by itself. Where activations are quantized by the largest of all that is there, they
 * are run one by one: small ones beside large ones would be rounded away. Of a graph of fixed length as many as that are run.
 * @param from what it reads: [batch, rows, size] or [rows, size].
 */
export async function rowsThrough(
  cut: CutModel,
  options: InferenceSession.SessionOptions,
  { shape = ['', '', ''] }: Pick<Value, 'shape'>,
): Promise<OpenedRows> {
  const session = await CutSession.open(cut, options);
  const half = isHalf(cut.spans[0]);
  const alone = /DynamicQuantize|MatMulIntegerToFloat/.test(Buffer.from(cut.bytes).toString('latin1'));
  const fixed = numberOf(shape[shape.length - 2]);
  const leading = shape.slice(0, -2).map(length => (fixed === undefined ? 1 : (numberOf(length) ?? 1)));
  const through = async (rows: readonly Float32Array[]): Promise<Float32Array[]> => {
    const size = rows[0].length;
    const dims = [...leading, fixed ?? rows.length, size];
    const places = sizeOf(dims) / size;
    if (rows.length > places) {
      return [...(await through(rows.slice(0, places))), ...(await through(rows.slice(places)))];
    }
    const data = new Float32Array(places * size);
    rows.forEach((row, i) => data.set(row, i * size));
    const [result] = await session.run([inputTensor(half ? 'float16' : 'float32', dims, data)!]);
    const numbers = floatNumbers(result);
    if (!numbers) throw new Error(`A part of the model gives numbers of type ${result.type}, which cannot be told.`);
    const columns = numbers.length / places;
    return rows.map((_, i) => numbers.slice(i * columns, (i + 1) * columns));
  };
  return {
    run: async rows => (alone ? (await Promise.all(rows.map(row => through([row])))).flat() : through(rows)),
    release: () => session.release(),
  };
}

function numberOf(length: unknown): number | undefined {
  return typeof length === 'number' ? length : undefined;
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, length) => product * length, 1);
}
