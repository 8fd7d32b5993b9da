/**
 * The command line: attention of a model for given inputs, for scripts and tests.
 *   npm run --silent attention -- MODEL.onnx --inputs INPUTS.json --out DIR
 *   npm run --silent attention -- MODEL.onnx --list
 * Exit code 0; 3 where the file holds no attention; 1 for any other fault, with one sentence on the error stream.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import {
  addAttention,
  findAttention,
  OnnxError,
  readModelFile,
  type FoundAttention,
  type OnnxModel,
} from '../../core/onnx';
import { externalDataPlaces, weightsBeside } from '../models/externalDataPlaces';
import { inputTensor } from '../graph/inputTensor';
import { hintsBeside } from '../models/hintsBeside';
import { modelFile } from '../models/modelFile';

/** A fault that is told in one sentence. */
class CommandFault extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

const usage = 'Usage: attention MODEL.onnx --inputs INPUTS.json --out DIR, or attention MODEL.onnx --list';

/** One input as in the reference models' `reference.json`. */
interface GivenInput {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}

async function main(): Promise<void> {
  const { list, ...given } = parameters();
  // npm starts scripts in the package's folder, and says from where it was called.
  const start = process.env.npm_lifecycle_event === 'attention' ? (process.env.INIT_CWD ?? '.') : '.';
  const [file, inputs, out] = [given.model, given.inputs ?? '', given.out ?? ''].map(name => path.resolve(start, name));
  const model = read(file);
  const found = findAttention(model, await hintsBeside(file));
  if (list) {
    printFound(found);
    if (found.attentions.length === 0) throw new CommandFault(`${path.basename(file)}: ${found.summary}.`, 3);
    return;
  }
  if (found.attentions.length === 0) throw new CommandFault(`${path.basename(file)}: ${found.summary}.`, 3);
  const feeds = await readInputs(inputs);
  const extended = addAttention(model, found, { exactHalf: true });
  await externalDataPlaces(model, path.dirname(file));
  const session = await InferenceSession.create(extended.bytes, {
    ...weightsBeside(path.dirname(file)),
    logSeverityLevel: 3,
  });
  const results = await session.run(
    feedsFor(session, feeds),
    extended.outputs.map(o => o.name),
  );

  const attentions: { kind: string; layer: number; shape: readonly number[]; offset: number }[] = [];
  const parts: Float32Array[] = [];
  let offset = 0;
  for (const { site, name } of extended.outputs) {
    const { dims, data } = results[name] as Tensor & { data: Float32Array };
    attentions.push({ kind: site.kind, layer: site.layer, shape: dims, offset });
    parts.push(data);
    offset += data.length;
  }
  await mkdir(out, { recursive: true });
  await writeFile(
    path.join(out, 'attention.bin'),
    Buffer.concat(parts.map(p => Buffer.from(p.buffer, p.byteOffset, p.byteLength))),
  );
  await writeFile(
    path.join(out, 'attention.json'),
    `${JSON.stringify({ attentions, added: extended.added, found: found.summary }, undefined, 1)}\n`,
  );
}

/** The graph of a model's file: its weights stay where they are. */
function read(file: string): OnnxModel {
  try {
    return readModelFile(modelFile(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFault(`${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}.`);
  }
}

function parameters(): { model: string; inputs?: string; out?: string; list: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { inputs: { type: 'string' }, out: { type: 'string' }, list: { type: 'boolean', default: false } },
    });
    if (positionals.length === 1 && (values.list || (values.inputs && values.out))) {
      return { ...values, model: positionals[0] };
    }
  } catch {
    // An option that does not exist: the usage says which do.
  }
  throw new CommandFault(usage);
}

function printFound(found: FoundAttention): void {
  process.stdout.write(`${found.summary}\n`);
  for (const site of found.attentions) {
    const heads = site.heads === undefined ? '' : `, ${site.heads} ${site.heads === 1 ? 'head' : 'heads'}`;
    process.stdout.write(
      `${site.kind} ${site.layer}${heads}${site.causal ? ', causal' : ''}: ${site.form} at ${JSON.stringify(site.node)}\n`,
    );
  }
}

async function readInputs(file: string): Promise<Record<string, GivenInput>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFault(`The inputs ${file} cannot be read.`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CommandFault(`The inputs ${file} are not JSON.`);
  }
  const inputs = (parsed as { inputs?: unknown } | null)?.inputs ?? parsed;
  if (typeof inputs !== 'object' || inputs === null) {
    throw new CommandFault(`The inputs ${file} hold no object of name → dtype, shape, data.`);
  }
  return inputs as Record<string, GivenInput>;
}

/** The given inputs as the session wants them. */
function feedsFor(session: InferenceSession, given: Record<string, GivenInput>): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const metadata of session.inputMetadata) {
    const input = given[metadata.name];
    if (!input) {
      throw new CommandFault(
        `The model wants an input ${JSON.stringify(metadata.name)}, which the inputs file does not give.`,
      );
    }
    if (!Array.isArray(input.shape) || !Array.isArray(input.data)) {
      throw new CommandFault(`The input ${JSON.stringify(metadata.name)} needs dtype, shape and data.`);
    }
    const count = (input.shape as number[]).reduce((a, b) => a * b, 1);
    if (count !== input.data.length) {
      throw new CommandFault(
        `The input ${JSON.stringify(metadata.name)} gives ${input.data.length} numbers for a shape of ${count}.`,
      );
    }
    feeds[metadata.name] = tensorOf(metadata.isTensor ? metadata.type : input.dtype, input);
  }
  return feeds;
}

function tensorOf(type: string, { shape, data }: GivenInput): Tensor {
  const tensor = inputTensor(type, shape, data);
  if (!tensor) throw new CommandFault(`Inputs of type ${type} cannot be given from a file.`);
  return tensor;
}

// Whoever reads the list may stop early.
process.stdout.on('error', () => undefined);
main().catch((error: unknown) => {
  const known = error instanceof OnnxError || error instanceof CommandFault;
  const message = error instanceof Error ? error.message : String(error);
  const sentence = known ? message : `The model could not be run: ${message}`;
  process.stderr.write(`${sentence.replace(/\s+/g, ' ').trim()}\n`);
  process.exitCode = error instanceof CommandFault ? error.exitCode : 1;
});
