import { headRowsInPieces } from '../../core/attention/mechanisms/headRows';
import type { Mechanism } from '../../core/attention/mechanisms/mechanism';
import { mechanisms } from '../../core/attention/mechanisms/mechanisms';
import { replacedOf } from '../../core/onnx';
import { inPieces } from '../../core/pieces/inPieces';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { PutBack, PutBackPart, PutBackWish } from '../../core/run/putBack';
import { InferenceFault } from '../models/inferenceFault';
import type { HeadsInstead } from '../models/attentionSession';
import type { OpenModel } from '../models/openModel';
import { givesSomeLogits, lastLogits, type Logits, type Recorder, type RecorderOptions } from '../models/recorder';
import { saysNext } from '../models/saysNext';
import { layerShape, layersOf, type RunAttention, type UseModel } from '../runs/runAttention';
import { runOnce } from '../runs/runModel';
import type { KnownRun } from '../runs/runStore';
import { compareSaid, divergenceOf, placesIn, probabilitiesOf, rowFor, saidBy } from './compareSaid';
import { operandsFrom } from './headOperands';
import { ownHead } from './ownHead';

/** What is to be known of a run. */
type PutBackRun = Pick<KnownRun, 'ids' | 'outputIds'> & { readonly attention: Pick<RunAttention, 'layers'> };

/** Logits of one run that are held at most, 128 MB: of a longer text the last positions are looked at. */
const mostLogits = 32e6;
/** Numbers that may stand in the place of heads: 512 MB. */
const mostReplaced = 2 ** 27;
/** Milliseconds for which the parts that are done are kept while nobody asks for the next. */
const kept = 30_000;

/** Layers as they were computed so far, each with those before it replaced. */
class Work {
  readonly instead = new Map<number, HeadsInstead>();
  timer?: NodeJS.Timeout;

  constructor(
    readonly key: string,
    readonly layers: readonly number[],
  ) {}
}

const works = new WeakMap<PutBackRun, Work>();

/**
 * Runs a model with a head, a layer or all heads of a kind computed by another mechanism, and tells what that does to what it
 * says: each layer's heads are computed from the queries, keys and values that they have once the layers before it are replaced.
 * One layer is done for each question, and after the last what the model says; it is asked again until then.
 * @throws {InferenceFault} where the heads cannot be replaced in this graph, or the model says nothing.
 */
export async function putBack(known: PutBackRun, wish: PutBackWish, use: UseModel): Promise<PutBack | PutBackPart> {
  const mechanism = mechanisms.find(({ id }) => id === wish.mechanism);
  if (!mechanism) {
    throw new InferenceFault(InferenceErrorCode.run, `There is no mechanism “${wish.mechanism}”; choose another.`);
  }
  const { temperature = 1 } = wish;
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new InferenceFault(InferenceErrorCode.run, 'A temperature is a number above 0; choose another.');
  }
  const work = workOf(known, wish);
  clearTimeout(work.timer);
  try {
    const next = work.layers.find(layer => !work.instead.has(layer));
    if (next !== undefined) {
      await replaceLayer(known, wish, mechanism, work, next, use);
      return { done: work.instead.size, of: work.layers.length + 1 };
    }
    const answer = await told(known, wish, work, use);
    works.delete(known);
    return answer;
  } catch (error) {
    works.delete(known);
    throw error;
  } finally {
    if (works.get(known) === work) work.timer = setTimeout(() => works.delete(known), kept).unref();
  }
}

function workOf(known: PutBackRun, { address, scope, position, ...wish }: PutBackWish): Work {
  const key = JSON.stringify([address, scope, position, wish]);
  const before = works.get(known);
  if (before?.key === key) return before;
  clearTimeout(before?.timer);
  layerShape(known.attention, address);
  const layers = scope === 'all' ? layersOf(known.attention, address.kind) : [layerShape(known.attention, address)];
  const numbers = layers.reduce(
    (sum, { heads, queries, keys }) => sum + (scope === 'head' ? 1 : heads) * queries * keys,
    0,
  );
  if (numbers > mostReplaced) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'The attention of these heads takes more than 512 MB on this text, too much to be put back; explain a shorter part, or put back one layer.',
    );
  }
  const work = new Work(
    key,
    layers.map(({ layer }) => layer).sort((a, b) => a - b),
  );
  works.set(known, work);
  return work;
}

async function replaceLayer(
  known: PutBackRun,
  { address: { kind, head: only }, scope, parameters, temperature = 1 }: PutBackWish,
  mechanism: Mechanism,
  work: Work,
  layer: number,
  use: UseModel,
): Promise<void> {
  const { heads: count, causal } = layerShape(known.attention, { kind, layer, head: 0 });
  const heads = scope === 'head' ? [only] : Array.from({ length: count }, (_, head) => head);
  const { recorder, of, id } = await use(async open => {
    const recorder = await changedRun(open, known, kind, work.instead, {
      wants: (k, l, what) => k === kind && l === layer && what !== 'pooled' && what !== 'shape',
      heads: (k, l) => (k === kind && l === layer ? heads : []),
      logitsAt: lastLogits,
    });
    const { site } = recorder.place(kind, layer) ?? {};
    return { recorder, of: site && replacedOf(site), id: open.info.id };
  });
  if (!of || recorder.batch > 1) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `The heads of layer ${layer} cannot be replaced in ${id}’s graph (they are in windows, pieces or a loop); choose another layer.`,
    );
  }
  const each: Float32Array[] = [];
  for (const [place, head] of heads.entries()) {
    const operands = operandsFrom(recorder, { kind, layer, head }, id, place);
    const { inputs } = ownHead(operands, causal || kind === 'decoder');
    const rows = await inPieces(headRowsInPieces({ ...inputs, temperature }, mechanism, parameters), use);
    each.push(of === 'probabilities' ? rows.weights : rows.results);
  }
  const columns = each[0].length / recorder.tensor(kind, layer, 'query')!.queries;
  work.instead.set(layer, { heads, columns, each });
}

/** What the model says with all that is replaced, beside what it says without. */
async function told(known: PutBackRun, wish: PutBackWish, work: Work, use: UseModel): Promise<PutBack> {
  const { position } = wish;
  const { kind } = wish.address;
  const { ids, outputIds } = known;
  const read = outputIds ?? ids;
  placesIn(read, [position]);
  const { positions, before } = await use(async open => {
    const whole = read.map((_, i) => i);
    if (!givesSomeLogits(open)) return { positions: whole, before: await saidIn(open, known, kind, new Map(), whole) };
    const columns = (await saidIn(open, known, kind, new Map(), [position]))?.columns ?? 1;
    const fitting = whole.slice(-Math.max(1, Math.floor(mostLogits / columns)));
    const positions = fitting.includes(position) ? fitting : [position, ...fitting.slice(1)];
    return { positions, before: await saidIn(open, known, kind, new Map(), positions) };
  });
  const after = await use(open => saidIn(open, known, kind, work.instead, positions));
  const about = await use(async open => {
    const said = saidBy(open, before, after);
    const { task } = open.info;
    const sessions = Object.values(open.sessions);
    return {
      said,
      effect: compareSaid(open, ids, before, after, rowFor(open, position, positions)),
      rows: task === 'text-classification' ? 1 : Math.min(said.before.rows, positions.length),
      meaning: open.info.outputs,
      follows: task === 'text2text-generation' || saysNext(open),
      rounds: sessions.some(one => one.quantizesActivations),
      inFloat32: (await Promise.all(sessions.map(one => one.changesInFloat32()))).some(Boolean),
    };
  });
  const { said, rows } = about;
  let [divergence, tokens] = [0, 0];
  const bits = { before: 0, after: 0 };
  for (let row = 0; row < rows; row++) {
    await use.turn?.();
    const [p, q] = [probabilitiesOf(said.before, row, about.meaning), probabilitiesOf(said.after, row, about.meaning)];
    divergence += divergenceOf(p, q, about.meaning) / rows;
    const next = read[positions[row] + 1];
    if (!about.follows || next === undefined || next >= p.length) continue;
    tokens++;
    bits.before -= Math.log2(Math.max(p[next], 1e-45));
    bits.after -= Math.log2(Math.max(q[next], 1e-45));
  }
  return {
    heads: [...work.instead.values()].reduce((sum, { heads }) => sum + heads.length, 0),
    effect: about.effect,
    divergence,
    positions: rows,
    ...(tokens > 0 && {
      perplexity: { before: 2 ** (bits.before / tokens), after: 2 ** (bits.after / tokens), tokens },
    }),
    rounds: about.rounds,
    inFloat32: about.inFloat32,
  };
}

async function saidIn(
  open: OpenModel,
  known: PutBackRun,
  kind: PutBackWish['address']['kind'],
  instead: ReadonlyMap<number, HeadsInstead>,
  positions: readonly number[],
): Promise<Logits | undefined> {
  return (
    await changedRun(open, known, kind, instead, { wants: () => false, heads: () => [], logitsAt: positions })
  ).logits();
}

/** A run of the graph in which heads can be replaced. */
function changedRun(
  open: OpenModel,
  { ids, outputIds }: PutBackRun,
  kind: PutBackWish['address']['kind'],
  layers: ReadonlyMap<number, HeadsInstead>,
  options: RecorderOptions,
): Promise<Recorder> {
  return runOnce(open, ids, outputIds, {
    ...options,
    instead: (k, layer) => (k === kind ? layers.get(layer) : undefined),
  });
}
