import type { Tensor } from 'onnxruntime-node';
import type { AttentionKind } from '../../core/attention/attentionKind';
import {
  cutModel,
  findBlocks,
  findModelEnd,
  stacksByBranch,
  type BlockStack,
  type ProjectionSpan,
} from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { Addition, BlockPath, MovedToken, Neuron, PartPath, PartVectors } from '../../core/run/blockPath';
import type { Prediction } from '../../core/run/explanation';
import { inputTensor } from '../graph/inputTensor';
import type { AttentionSession, ReadAgain } from '../models/attentionSession';
import type { PartOutputs, StackOutputs } from '../models/blockOutputs';
import { CutSession, isHalf } from '../models/cutSession';
import { floatNumbers } from '../models/floatNumbers';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { lastLogits } from '../models/recorder';
import { runOnce } from '../runs/runModel';
import { likeliestTokens } from '../text/likeliestTokens';
import { positionsOf } from './positionSimilarity';

/** So many of the most active neurons are looked at, and so many of these that add most are told. */
const mostLooked = 64;
const mostNeurons = 8;
/** So many tokens are told that a neuron raises, and lowers. */
const mostMoved = 5;

/** Which token's way is asked for, and which block of it in full: that of a layer's attention. */
export interface BlockWish {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly position: number;
}

/**
 * The way of one token through the blocks of its residual stream, captured in the model's own graph: what each part adds to
 * the stream, and of one block all vectors, the heads' results and the strongest neurons. Each head's and, where a norm
 * follows, each neuron's part is what is missing without it; logits moved by a neuron are those of the last stream less
 * those of the same without what the neuron adds, the final norm computed anew.
 * @throws {InferenceFault} where there is no such token.
 */
export async function blockPath(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  { kind, layer, position }: BlockWish,
): Promise<BlockPath> {
  const recorder = await runOnce(open, ids, outputIds, {
    wants: () => false,
    logitsAt: lastLogits,
    blocksAt: attentions => (attentions.some(one => one.kind === kind && one.layer === layer) ? [position] : []),
  });
  const isAsked = ({ site }: PartOutputs) =>
    site !== undefined && recorder.kindOf(site) === kind && site.layer === layer;
  for (const { stacks, values } of recorder.blocks) {
    const number = stacks.findIndex(({ blocks }) => blocks.flat().some(isAsked));
    if (number < 0) continue;
    const stack = stacks[number];
    const session = Object.values(open.sessions).find(one =>
      one.sites.includes(stack.blocks.flat().find(isAsked)!.site!),
    )!;
    const row = (name: string): Float32Array => {
      const tensor = values.get(name);
      const data = tensor && floatNumbers(tensor);
      if (!data) {
        throw new InferenceFault(
          InferenceErrorCode.run,
          `${open.info.id} did not give what its blocks compute; try again.`,
        );
      }
      return data;
    };
    const chosen = stack.blocks.findIndex(parts => parts.some(isAsked));
    const cuts = cutsAt(session, number);
    await cuts.keep(chosen);
    return pathOf(open, ids, {
      stack,
      number: chosen,
      values,
      row,
      tokens: ((kind === 'decoder' || kind === 'cross') && outputIds ? outputIds : ids).length,
      cuts,
      reader: new Reader(),
      kindOf: part => (part.site ? recorder.kindOf(part.site) : 'feedForward'),
    });
  }
  return nothing(
    `The graph of ${open.info.id} does not show a residual stream that this layer’s attention is added to, so its block cannot be taken apart.`,
  );
}

interface Captured {
  readonly stack: StackOutputs;
  /** The chosen block. */
  readonly number: number;
  readonly values: ReadonlyMap<string, Tensor>;
  readonly row: (name: string) => Float32Array;
  /** How many tokens the stream has. */
  readonly tokens: number;
  readonly cuts: Cuts;
  readonly reader: Reader;
  readonly kindOf: (part: PartOutputs) => PartPath['kind'];
}

async function pathOf(open: OpenModel, ids: readonly number[], captured: Captured): Promise<BlockPath> {
  const { stack, number, values, row, cuts, kindOf, tokens } = captured;
  const start = row(stack.start);
  const end = row(stack.end);
  const tail = await cuts.end(captured.reader);
  const streams = stack.postNorm ? [] : [start, ...stack.blocks.map(parts => row(parts[parts.length - 1].after))];
  const says = typeof tail === 'string' || streams.length === 0 ? [] : await saidBy(open, ids, tail, streams);
  const parts: PartVectors[] = [];
  for (const [place, part] of stack.blocks[number].entries()) {
    parts.push(await vectorsOf(open, ids, part, place, captured, typeof tail === 'string' ? undefined : { tail, end }));
  }
  return {
    size: start.length,
    postNorm: stack.postNorm,
    embedding: {
      normed: stack.embedding.normed,
      fused: stack.embedding.fused,
      parts: stack.embedding.parts.map(({ kind, output }) => ({
        kind,
        length: norm(row(output)),
        vector: row(output),
      })),
      vector: start,
      length: norm(start),
      says: says[0],
    },
    positions: positionsOf(stack, values, tokens, open.info.id),
    blocks: stack.blocks.map((block, i) => ({
      parts: block.map((part): PartPath => ({
        ...additionOf(row(part.before), writeOf(part, row), row(part.after)),
        kind: kindOf(part),
        layer: part.site?.layer,
        preNorm: part.preNorm,
        normedWrite: part.normedWrite,
        parallel: part.parallel,
      })),
      says: says[i + 1],
    })),
    chosen: number,
    parts,
    said: saidAt(open, stack),
    tokens:
      typeof tail === 'string'
        ? `Which tokens a neuron raises and lowers cannot be told: ${kindOf(stack.blocks[0][0]) === 'encoder' ? 'what this stream ends in is read by the decoder, and nothing is said of it' : tail}.`
        : tokensBy(stack),
  };
}

function saidAt({ info }: OpenModel, { blocks }: StackOutputs): BlockPath['said'] {
  if (info.task === 'token-classification') return 'class';
  return blocks.flat().some(({ site }) => site?.causal) ? 'next' : 'here';
}

function tokensBy({ postNorm }: StackOutputs): string {
  return postNorm
    ? 'Tokens: by how much logits change if what the neuron adds is taken from the last stream as it was added; the norms on the way, each of which scales it anew, are left out.'
    : 'Tokens: by how much logits change if what the neuron adds is taken from the last stream, the final norm computed anew and the layers in between left as they are.';
}

/** What a part adds, with the constant that a fused norm adds for it. */
function writeOf({ write, bias }: PartOutputs, row: Captured['row']): Float32Array {
  const added = row(write);
  if (!bias) return added;
  const constant = row(bias);
  return added.map((value, i) => value + constant[i]);
}

async function vectorsOf(
  open: OpenModel,
  ids: readonly number[],
  part: PartOutputs,
  place: number,
  { number, row, cuts, reader, values }: Captured,
  after: { readonly tail: CutSession; readonly end: Float32Array } | undefined,
): Promise<PartVectors> {
  const [before, write] = [row(part.before), writeOf(part, row)];
  const vectors = { before, reads: row(part.reads), write, after: row(part.after) };
  if (part.site) {
    const heads =
      part.heads === undefined || !part.site.heads
        ? undefined
        : await cuts.heads(reader, number, place, values.get(part.heads)!, part.site.heads);
    return heads
      ? {
          ...vectors,
          heads: heads.map((vector, head) => ({ head, write: norm(vector), cosine: cosine(vector, before), vector })),
        }
      : {
          ...vectors,
          missing:
            'The graph does not show one output projection that all heads go through, so what each head adds is not told apart.',
        };
  }
  const { feedForward, hidden } = part;
  if (typeof feedForward === 'string') {
    return { ...vectors, missing: `The feed-forward part is not taken apart: ${feedForward}.` };
  }
  if (!feedForward || hidden === undefined) return vectors;
  const activations = row(hidden);
  const strongest = Array.from(activations.keys())
    .sort((a, b) => Math.abs(activations[b]) - Math.abs(activations[a]))
    .slice(0, mostLooked);
  const written = await cuts.neurons(reader, number, place, values.get(hidden)!, strongest, feedForward.linear);
  if (!written) return { ...vectors, missing: 'What its neurons add cannot be cut out of the graph.' };
  const told = strongest
    .map((neuron, i) => ({ neuron, vector: written[i], write: norm(written[i]) }))
    .sort((a, b) => b.write - a.write)
    .slice(0, mostNeurons);
  const moved = after
    ? await movedBy(
        open,
        ids,
        after.tail,
        after.end,
        told.map(({ vector }) => vector),
      )
    : [];
  return {
    ...vectors,
    feedForward: {
      activations,
      gated: feedForward.gated,
      function: feedForward.activation,
      looked: strongest.length,
      neurons: told.map(({ neuron, vector, write: length }, i): Neuron => ({
        neuron,
        activation: activations[neuron],
        write: length,
        cosine: cosine(vector, before),
        raises: moved[i]?.raises ?? [],
        lowers: moved[i]?.lowers ?? [],
      })),
    },
  };
}

/** What the model would say of each stream: the likeliest token. */
async function saidBy(
  open: OpenModel,
  ids: readonly number[],
  tail: CutSession,
  streams: readonly Float32Array[],
): Promise<Prediction[]> {
  const { data, columns } = await logitsOf(tail, streams);
  return streams.map((_, i) => {
    const [{ id, probability }] = likeliestTokens(data, i, columns, 1);
    return { id, probability, text: open.predictionText(id, ids) };
  });
}

async function movedBy(
  open: OpenModel,
  ids: readonly number[],
  tail: CutSession,
  end: Float32Array,
  added: readonly Float32Array[],
): Promise<{ readonly raises: readonly MovedToken[]; readonly lowers: readonly MovedToken[] }[]> {
  const { data, columns } = await logitsOf(tail, [
    end,
    ...added.map(vector => end.map((value, i) => value - vector[i])),
  ]);
  return added.map((_, i) => {
    const change = new Float32Array(columns);
    for (let token = 0; token < columns; token++) change[token] = data[token] - data[(i + 1) * columns + token];
    const order = Array.from(change.keys()).sort((a, b) => change[b] - change[a]);
    const told = (tokens: readonly number[], sign: number): MovedToken[] =>
      tokens
        .filter(id => sign * change[id] > 0)
        .map(id => ({ id, text: open.predictionText(id, ids), change: change[id] }));
    return { raises: told(order.slice(0, mostMoved), 1), lowers: told(order.slice(-mostMoved).reverse(), -1) };
  });
}

async function logitsOf(
  tail: CutSession,
  streams: readonly Float32Array[],
): Promise<{ readonly data: Float32Array; readonly columns: number }> {
  const [logits] = await tail.run([rowsTensor(streams, 3, isHalf(tail.spans[0]))]);
  const data = floatNumbers(logits);
  if (!data) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `The unembedding gives ${logits.type} numbers, which cannot be told.`,
    );
  }
  return { data, columns: logits.dims[logits.dims.length - 1] };
}

/** Vectors below each other: [1, rows, size], or [rows, size]. */
function rowsTensor(rows: readonly Float32Array[], rank: number, half: boolean): Tensor {
  const size = rows[0].length;
  const data = new Float32Array(rows.length * size);
  rows.forEach((one, i) => data.set(one, i * size));
  return inputTensor(half ? 'float16' : 'float32', [...new Array<number>(rank - 2).fill(1), rows.length, size], data)!;
}

/** The cut parts of each stack of a session. Gone with the model. */
const cutsOf = new WeakMap<AttentionSession, Map<number, Cuts>>();

function cutsAt(session: AttentionSession, stack: number): Cuts {
  const ofSession = cutsOf.get(session) ?? new Map<number, Cuts>();
  cutsOf.set(session, ofSession);
  const cuts = ofSession.get(stack) ?? new Cuts(session, stack);
  ofSession.set(stack, cuts);
  return cuts;
}

/** The file read again, and the stack in it. */
interface ReadStack extends ReadAgain {
  readonly stack: BlockStack;
}

/**
 * Parts of a stack's blocks, cut out of the model's file, each when it is first asked for. The end of the model is kept, of
 * the blocks those of the one that was asked for last; the file itself is let go.
 */
class Cuts {
  private readonly opened = new Map<string, CutSession | string>();

  constructor(
    private readonly session: AttentionSession,
    private readonly number: number,
  ) {}

  /** What makes logits of the last stream; or why there is none. */
  end(reader: Reader): Promise<CutSession | string> {
    return this.cut(reader, 'end', ({ found, stack }) => findModelEnd(found, stack));
  }

  /** What each head adds: what is missing where it gives nothing. */
  async heads(
    reader: Reader,
    block: number,
    place: number,
    given: Tensor,
    heads: number,
  ): Promise<Float32Array[] | undefined> {
    const all = floatNumbers(given);
    if (!all || all.length % heads !== 0) return undefined;
    const cut = await this.cut(reader, `${block} ${place}`, ({ stack }) => stack.blocks[block].parts[place].projection);
    const size = all.length / heads;
    const rows = Array.from({ length: heads }, (_, head) =>
      all.map((value, i) => (Math.floor(i / size) === head ? 0 : value)),
    );
    const results = await rowsThrough(cut, [all, ...rows], given.dims.length);
    return results && rows.map((_, head) => results[0].map((value, i) => value - results[head + 1][i]));
  }

  /** What some neurons add. */
  async neurons(
    reader: Reader,
    block: number,
    place: number,
    given: Tensor,
    neurons: readonly number[],
    linear: boolean,
  ): Promise<Float32Array[] | undefined> {
    const all = floatNumbers(given);
    if (!all) return undefined;
    const cut = await this.cut(reader, `${block} ${place}`, ({ stack }) => {
      const { feedForward } = stack.blocks[block].parts[place];
      return typeof feedForward === 'object' ? feedForward.down : undefined;
    });
    if (!linear) {
      const rows = neurons.map(neuron => all.map((value, i) => (i === neuron ? 0 : value)));
      const results = await rowsThrough(cut, [all, ...rows], given.dims.length);
      return results && rows.map((_, at) => results[0].map((value, i) => value - results[at + 1][i]));
    }
    // What comes of a neuron at 1, less what comes of none, is its row of the product's weights.
    const rows = neurons.map(neuron => all.map((_, i) => (i === neuron ? 1 : 0)));
    const results = await rowsThrough(cut, [new Float32Array(all.length), ...rows], given.dims.length);
    return (
      results && neurons.map((neuron, at) => results[0].map((value, i) => all[neuron] * (results[at + 1][i] - value)))
    );
  }

  /** Lets go of all parts of other blocks. */
  async keep(block: number): Promise<void> {
    for (const [key, cut] of this.opened) {
      if (key === 'end' || key.startsWith(`${block} `)) continue;
      this.opened.delete(key);
      if (typeof cut !== 'string') await cut.release();
    }
  }

  private async cut(
    reader: Reader,
    key: string,
    spanOf: (read: ReadStack) => ProjectionSpan | string | undefined,
  ): Promise<CutSession | string> {
    const known = this.opened.get(key);
    if (known !== undefined) return known;
    const opened = await this.open(await reader.read(this.session, this.number), spanOf);
    this.opened.set(key, opened);
    return opened;
  }

  private async open(
    read: ReadStack,
    spanOf: (read: ReadStack) => ProjectionSpan | string | undefined,
  ): Promise<CutSession | string> {
    const span = spanOf(read);
    if (span === undefined || typeof span === 'string') return span ?? 'the graph does not show it';
    const { found, options } = read;
    try {
      return await CutSession.open(cutModel(found.graph, [span]), options);
    } catch {
      return 'what follows the last block cannot be cut out of the graph';
    }
  }
}

/** Reads the file once for all that is cut out of it for one answer. */
class Reader {
  private stack?: Promise<ReadStack>;

  read(session: AttentionSession, number: number): Promise<ReadStack> {
    return (this.stack ??= session.readAgain().then(again => ({
      ...again,
      stack: stacksByBranch(findBlocks(again.found))[number][0],
    })));
  }
}

/** Rows through a part, each by itself. */
async function rowsThrough(
  cut: CutSession | string,
  rows: readonly Float32Array[],
  rank: number,
): Promise<Float32Array[] | undefined> {
  if (typeof cut === 'string') return undefined;
  const [result] = await cut.run([rowsTensor(rows, rank, isHalf(cut.spans[0]))]).catch(() => []);
  const data = result && floatNumbers(result);
  if (!data) return undefined;
  const size = data.length / rows.length;
  return rows.map((_, i) => data.slice(i * size, (i + 1) * size));
}

function additionOf(before: Float32Array, write: Float32Array, after: Float32Array): Addition {
  return { before: norm(before), write: norm(write), after: norm(after), cosine: cosine(write, before) };
}

function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0) / (norm(a) * norm(b));
}

function nothing(missing: string): BlockPath {
  const none = new Float32Array();
  return {
    missing,
    size: 0,
    postNorm: false,
    embedding: { parts: [], normed: false, fused: false, vector: none, length: 0 },
    positions: { words: '' },
    blocks: [],
    chosen: 0,
    parts: [],
    said: 'here',
    tokens: '',
  };
}
