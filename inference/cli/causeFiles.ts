import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { parseCauseOrder, type CauseOrder } from '../../core/cause/causeOrder';
import { OnnxError, type FoundAttention } from '../../core/onnx';
import type { Value } from '../../core/onnx/graph/linkedGraph';
import type { LogitAttribution } from '../../core/run/cause';
import {
  attributedStream,
  attributeLogit,
  outputOf,
  streamParts,
  type AttributedStream,
} from '../cause/attributeLogit';
import { CauseFault } from '../cause/causeFault';
import { ChangedRuns, type OpenBytes, type RunNumbers } from '../cause/changedRuns';
import { SpanCuts } from '../cause/spanCuts';
import { runFailure } from '../graph/runFailure';
import { externalDataPlaces, weightsBeside } from '../models/externalDataPlaces';
import { CommandFault } from './commandFault';
import { attentionOf, opened, readInputs } from './graphFile';

/** What a run is fed, by the inputs' names. */
type Feeds = Readonly<Record<string, Tensor>>;

/** The files of one order. */
export interface CauseFiles {
  readonly model: string;
  readonly inputs: string;
  /** Files that patches are taken from lie beside it. */
  readonly order: string;
  /** The folder that gets the answers. */
  readonly out: string;
}

/**
 * Does what an order says, and writes cause.json and cause.bin.
 * @throws {CommandFault} or {@link OnnxError} with one sentence.
 */
export async function writeCauses({ model: file, inputs: inputsFile, order: doFile, out }: CauseFiles): Promise<void> {
  const found = await attentionOf(file);
  const order = await readOrder(doFile);
  await externalDataPlaces(found.model, path.dirname(file));
  await mkdir(out, { recursive: true }).catch(() => {
    throw new CommandFault(`The folder ${out} cannot be made; give --out a name that no file has.`);
  });
  const reason = path.join(out, 'error.txt');
  // One of an earlier try would speak of that.
  await rm(reason, { force: true });
  const output = outputOf(found);
  const stream = order.attribute.length > 0 ? attributedStream(found) : undefined;
  if (typeof stream === 'string') throw new CommandFault(stream);
  const open = async (bytes: Uint8Array) => (await opened(file, bytes, reason)).session;
  const runs = changedRuns(found, order, output, open, stream);
  const inputs = await runs.inputs();
  const known = new Map<string, Promise<Feeds>>();
  const feedsOf = (name: string): Promise<Feeds> => {
    let feeds = known.get(name);
    if (!feeds) {
      feeds = readInputs(name, inputs, path.dirname(file)).then(given => given.feeds);
      known.set(name, feeds);
    }
    return feeds;
  };
  const feeds = await feedsOf(inputsFile);
  const numbers = new NumbersFile();
  /** What does not fit is said as it is; the runtime's words go to a file. */
  const asFault = async (error: Error): Promise<never> => {
    if (error instanceof CauseFault) throw new CommandFault(error.message);
    if (error instanceof CommandFault || error instanceof OnnxError) throw error;
    await writeFile(reason, `${error.message}\n`);
    const otherwise = `ONNX Runtime’s reason is in ${reason}`;
    throw new CommandFault(runFailure({ id: path.basename(file), inputs, arrays: new Map(), otherwise }, error));
  };
  const unchanged = await runs.unchanged(feeds).catch(asFault);
  const told = [];
  for (const run of order.runs) {
    const from = run.from === undefined ? undefined : await feedsOf(path.resolve(path.dirname(doFile), run.from));
    const said = await runs.run(feeds, run, from).catch(asFault);
    told.push({ name: run.name, ...numbers.add(said) });
  }
  const attributions: (LogitAttribution & { readonly name: string })[] = [];
  if (stream) {
    const cuts = new SpanCuts(found, weightsBeside(path.dirname(file)));
    for (const { name, position, token, minus } of order.attribute) {
      const rows = new Map<Value, Float32Array>();
      for (const value of stream.values.keys()) {
        rows.set(value, rowAt(await runs.value(feeds, value), position, unchanged.dims[0], name));
      }
      const row = (value: Value) => rows.get(value)!;
      const parts = await streamParts(stream, row, cuts.open).catch(asFault);
      const attribution = await attributeLogit(stream, { token, minus }, parts, row(stream.stack.end), cuts.open).catch(
        asFault,
      );
      attributions.push({ name, ...attribution });
    }
    await cuts.release();
  }
  const places = { output, unchanged: numbers.add(unchanged) };
  await writeFile(path.join(out, 'cause.bin'), numbers.bytes);
  await writeFile(
    path.join(out, 'cause.json'),
    `${JSON.stringify({ ...places, runs: told, attributions }, undefined, 1)}\n`,
  );
}

function changedRuns(
  found: FoundAttention,
  { runs }: CauseOrder,
  output: string,
  open: OpenBytes,
  stream: AttributedStream | undefined,
): ChangedRuns {
  try {
    return new ChangedRuns(found, runs, output, open, stream ? [...stream.values.values()] : []);
  } catch (error) {
    throw error instanceof CauseFault ? new CommandFault(error.message) : error;
  }
}

/** The numbers of all runs, one behind the other. */
class NumbersFile {
  private readonly parts: Float32Array[] = [];
  private offset = 0;

  add({ dims, data }: RunNumbers): { readonly shape: readonly number[]; readonly offset: number } {
    const { offset } = this;
    this.parts.push(data);
    this.offset += data.length;
    return { shape: dims, offset };
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts.map(part => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
  }
}

/** One row of the first text, of [texts, positions, size], [positions, size] or what is the same for all. */
function rowAt({ dims, data }: RunNumbers, position: number, texts: number, name: string): Float32Array {
  const size = dims[dims.length - 1];
  const rows = data.length / size;
  if (rows === 1) return data;
  const count = rows / (dims.length > 2 ? dims[0] : texts);
  if (position >= count) {
    throw new CommandFault(`“${name}” names position ${position}, and there are ${count}, counted from 0.`);
  }
  return data.slice(position * size, (position + 1) * size);
}

async function readOrder(file: string): Promise<CauseOrder> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFault(`The order ${file} cannot be read.`);
  });
  try {
    return parseCauseOrder(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CommandFault((error as Error).message);
  }
}
