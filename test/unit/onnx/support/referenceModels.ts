import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  addAttention,
  configHints,
  findAttention,
  readModel,
  readModelFile,
  type AttentionRequest,
  type ExtendedModel,
  type OnnxModel,
} from '../../../../core/onnx';
import { ModelEdit } from '../../../../core/onnx/add/modelEdit';
import { concat } from '../../../../core/onnx/read/wireWriter';
import { weightsBeside } from '../../../../inference/models/externalDataPlaces';
import { modelFile } from '../../../../inference/models/modelFile';

const folder = path.join('test', 'fixtures', 'reference-models');

export interface ReferenceFile {
  readonly inputs: Readonly<
    Record<string, { dtype: 'int64' | 'int32' | 'float32' | 'bool'; shape: number[]; data: number[] }>
  >;
  readonly attentions: readonly { kind: string; layer: number; shape: number[]; offset: number }[];
  readonly output: { shape: number[]; offset: number };
  readonly variants: readonly { file: string; reference: string; tolerance: number }[];
}

/** One file of a reference model, with what it must give. */
export interface ReferenceCase extends ReferenceFile {
  /** `bert/model_eager.onnx` */
  readonly name: string;
  readonly file: string;
  readonly tolerance: number;
  readonly numbers: Float32Array;
}

/** All files of all reference models. */
export const referenceCases: readonly ReferenceCase[] = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .flatMap(({ name }) => {
    const reference = JSON.parse(readFileSync(path.join(folder, name, 'reference.json'), 'utf8')) as ReferenceFile;
    return reference.variants.map(({ file, tolerance, reference: binary }) => {
      const bytes = readFileSync(path.join(folder, name, binary));
      const numbers = new Float32Array(new Uint8Array(bytes).buffer);
      return { ...reference, name: `${name}/${file}`, file: path.join(folder, name, file), tolerance, numbers };
    });
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** One file by its name. */
export function referenceCase(name: string): ReferenceCase {
  const found = referenceCases.find(c => c.name === name);
  if (!found) throw new Error(`There is no reference file ${name}.`);
  return found;
}

/** What `config.json` beside the file tells. */
export function hintsOf(reference: ReferenceCase): ReturnType<typeof configHints> {
  try {
    return configHints(JSON.parse(readFileSync(path.join(path.dirname(reference.file), 'config.json'), 'utf8')));
  } catch {
    return {};
  }
}

/** A reference file, whose one output is called `logits` as models of the hub call theirs. */
export function withLogits({ file }: ReferenceCase): OnnxModel {
  const model = readModel(readFileSync(file));
  if (!model.graph.outputs.some(({ name }) => name === 'output')) return model;
  const edit = new ModelEdit(model);
  edit.addNode(model.graph, { type: 'Identity', inputs: ['output'], outputs: ['logits'] });
  edit.addOutput(model.graph, 'logits');
  return readModel(concat(edit.pieces()));
}

/** Reads a reference file and adds what is asked for. */
export function extend(reference: ReferenceCase, ask?: AttentionRequest): ExtendedModel {
  const model = readModelFile(modelFile(reference.file));
  return addAttention(model, findAttention(model, hintsOf(reference)), ask);
}

/** Opens a model of a reference folder from its bytes. */
export async function open(
  reference: ReferenceCase,
  bytes: Uint8Array,
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    ...weightsBeside(path.dirname(reference.file)),
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    ...options,
  });
}

/** Runs a model of a reference folder once, for all its outputs or those named. */
export async function run(
  reference: ReferenceCase,
  bytes: Uint8Array,
  feeds: Record<string, Tensor> = feedsOf(reference),
  outputs?: readonly string[],
): Promise<Record<string, Tensor>> {
  const session = await open(reference, bytes);
  try {
    return outputs ? await session.run(feeds, outputs) : await session.run(feeds);
  } finally {
    await session.release();
  }
}

/** The inputs of a reference model as tensors. */
export function feedsOf(reference: Pick<ReferenceFile, 'inputs'>): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const [name, { dtype, shape, data }] of Object.entries(reference.inputs)) {
    feeds[name] =
      dtype === 'int32'
        ? new Tensor('int32', Int32Array.from(data), shape)
        : dtype === 'int64'
          ? new Tensor('int64', BigInt64Array.from(data, BigInt), shape)
          : dtype === 'bool'
            ? new Tensor('bool', Uint8Array.from(data, Number), shape)
            : new Tensor('float32', Float32Array.from(data), shape);
  }
  return feeds;
}

/** Largest absolute difference; NaN counts as infinite. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** The float32 elements of a tensor. */
export function floats(tensor: Tensor): Float32Array {
  if (tensor.type !== 'float32') throw new Error(`A tensor of ${tensor.type}, not float32.`);
  return tensor.data as Float32Array;
}
