import type { AttentionKind } from '../../core/attention/attentionKind';
import { patchPlaces } from '../../core/cause/patchPlaces';
import { SeededNumbers } from '../../core/attention/mechanisms/seededNumbers';
import { sigmoid } from '../../core/models/outputMeaning';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type {
  PatchCell,
  PatchMetric,
  PatchNoise,
  PatchPair,
  PatchPart,
  PatchPlan,
  PatchSaid,
  PatchValues,
} from '../../core/run/patch';
import type { SequenceName } from '../../core/run/explanation';
import { copiesAtOnce } from '../cause/cutRun';
import {
  changesOf,
  type DisturbedTokens,
  type PatchedSide,
  patchRun,
  type PatchRunOptions,
  patchedParts,
  type ReadRun,
  readRun,
  rowsKey,
} from '../cause/patchRun';
import type { Feeds } from '../models/attentionSession';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { kindOf, type Logits } from '../models/recorder';
import { layersOf, type UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';
import { likeliestTokens } from '../text/likeliestTokens';
import { divergenceOf, placesIn, probabilitiesOf, rowFor } from './compareSaid';
import { RunsFromLayer } from './runsFromLayer';

/** How many tokens are run side by side at most: the same text as often as it fits, another patch in each. */
const tokensAtOnce = 4096;
/** So many logits are there at once: 128 MB. */
const mostLogits = 32e6;
/** How many candidates of each run are told. */
const likeliest = 5;
const allParts: readonly PatchPart[] = ['residual', 'feedForward', 'head', 'attention'];

/** The two runs, and the model that made both. */
export interface PatchedRuns {
  readonly use: UseModel;
  readonly clean: KnownRun;
  /** Absent where the clean one with noise takes its place. */
  readonly corrupted?: KnownRun;
}

/** How the tokens of the two runs lie to each other. */
interface Alignment {
  readonly sequence: SequenceName;
  readonly places: PatchPlan['places'];
  /** Where the position stands in the corrupted run. */
  readonly position: { readonly clean: number; readonly corrupted: number };
  /** For each token of the one run that of the other, −1 where there is none: by the sequence that is patched, and by the keys of cross-attention. */
  readonly toCorrupted: Int32Array;
  readonly toClean: Int32Array;
  readonly keysToCorrupted: Int32Array;
  readonly keysToClean: Int32Array;
}

/**
 * What can be patched between two runs of a model, and what they say.
 * @throws {InferenceFault} where the position is in one run alone, or the model says nothing.
 */
export async function patchPlan(runs: PatchedRuns, pair: PatchPair): Promise<PatchPlan> {
  const { use, clean, corrupted = clean } = runs;
  const aligned = align(runs, pair);
  const { sequence, places } = aligned;
  const missing = await use(open => missingParts(open, pair.kind));
  if (pair.noise && missing.residual) throw new InferenceFault(InferenceErrorCode.model, missing.residual);
  const said = await saidOf(runs, pair, aligned, []);
  // Of classes that both runs find first, the next.
  const [first, second] = [...said].sort((a, b) => b.clean - a.clean);
  const [other] = [...said].sort((a, b) => b.corrupted - a.corrupted);
  const isClass = await use(open => Promise.resolve(open.info.task === 'text-classification'));
  return {
    sequence,
    places,
    otherTokens: (corrupted.texts[sequence]?.tokens ?? []).map(({ text }) => text),
    missing,
    said,
    proposed:
      first.id !== other.id
        ? { by: 'logits', token: first.id, minus: other.id }
        : isClass && said.length > 1
          ? { by: 'logits', token: first.id, minus: second.id }
          : { by: 'logProbability', token: first.id },
  };
}

/** The parts of a kind of attention's layers that cannot be patched, each with a sentence. */
async function missingParts(open: OpenModel, kind: AttentionKind): Promise<PatchPlan['missing']> {
  const told: Partial<Record<PatchPart, string>> = {};
  for (const [name, session] of Object.entries(open.sessions)) {
    if (!session.sites.some(site => kindOf(site, name, open) === kind)) continue;
    const found = await session.missingParts(allParts.map(part => patchedParts[part]));
    for (const part of allParts) {
      const why = found[patchedParts[part]];
      if (why !== undefined) told[part] = why;
    }
  }
  if (kind === 'cross') {
    told.residual = told.feedForward =
      'Cross-attention has no residual stream of its own; choose the decoder’s attention to patch that.';
  }
  return told;
}

/**
 * What patches do to a metric, each by itself.
 * @throws {InferenceFault} where a cell is not there, or the graph does not let it be changed.
 */
export async function patchValues(
  runs: PatchedRuns,
  pair: PatchPair & { readonly metric: PatchMetric; readonly patches: readonly (readonly PatchCell[])[] },
): Promise<PatchValues> {
  const { metric, patches } = pair;
  const aligned = align(runs, pair);
  const sums = new Float64Array(patches.length);
  let [clean, corrupted] = [0, 0];
  const draws = drawsOf(pair.noise);
  for (const draw of draws) {
    const { sides, ends, options } = await readSides(runs, pair, aligned, patches, draw);
    const measure = (open: OpenModel, logits: Logits, copy: number, copies: number, side: 'clean' | 'corrupted') =>
      measured(open, metric, ends.clean.logits, logits, copy, copies, aligned.position, side);
    const [before, after] = await runs.use(open =>
      Promise.resolve([
        measure(open, logitsOf(open, ends.clean), 0, 1, 'clean'),
        measure(open, logitsOf(open, ends.corrupted), 0, 1, 'corrupted'),
      ]),
    );
    clean += before / draws.length;
    corrupted += after / draws.length;
    const target = pair.direction === 'denoise' ? 'corrupted' : 'clean';
    const ahead = await runsAhead(runs, pair, aligned, options(target), patches.length);
    if (ahead) {
      const values = await valuesAhead(runs, pair, aligned, ends, ahead, (open, logits, copy) =>
        measured(open, metric, ends.clean.logits, logits, copy, logits.rows, aligned.position, target, true),
      );
      values.forEach((value, i) => (sums[i] += value));
      continue;
    }
    for (let done = 0; done < patches.length;) {
      const some = patches.slice(done, done + (await copiesFor(runs, pair, ends.clean.logits)));
      const values = await runs.use(async open => {
        const logits = await patched(open, pair, aligned, sides[target], ends, some, options);
        return some.map((_, copy) => measure(open, logits, copy, some.length, target));
      });
      values.forEach((value, i) => (sums[done + i] += value / draws.length));
      done += some.length;
    }
  }
  return { clean, corrupted, patched: Float32Array.from(sums) };
}

/** What the model says with cells patched together, beside what both runs say: the likeliest of each. */
export async function patchSaid(
  runs: PatchedRuns,
  pair: PatchPair & { readonly cells: readonly PatchCell[] },
): Promise<readonly PatchSaid[]> {
  return saidOf(runs, pair, align(runs, pair), pair.cells);
}

async function saidOf(
  runs: PatchedRuns,
  pair: PatchPair,
  aligned: Alignment,
  cells: readonly PatchCell[],
): Promise<PatchSaid[]> {
  const draws = drawsOf(pair.noise);
  let all: { clean: Float64Array; corrupted: Float64Array; patched?: Float64Array } | undefined;
  const add = (sum: Float64Array | undefined, one: Float64Array) =>
    one.map((value, i) => (sum?.[i] ?? 0) + value / draws.length);
  for (const draw of draws) {
    const { sides, ends, options } = await readSides(runs, pair, aligned, [cells], draw);
    const target = pair.direction === 'denoise' ? 'corrupted' : 'clean';
    all = await runs.use(async open => {
      const read = (logits: Logits, side: 'clean' | 'corrupted') =>
        probabilitiesOf(logits, rowFor(open, aligned.position[side], [aligned.position[side]]), open.info.outputs);
      const put =
        cells.length > 0
          ? read(await patched(open, pair, aligned, sides[target], ends, [cells], options), target)
          : undefined;
      return {
        clean: add(all?.clean, read(logitsOf(open, ends.clean), 'clean')),
        corrupted: add(all?.corrupted, read(logitsOf(open, ends.corrupted), 'corrupted')),
        ...(put && { patched: add(all?.patched, put) }),
      };
    });
  }
  const { clean, corrupted, patched: put } = all!;
  return runs.use(open => {
    const count = open.info.task === 'text-classification' ? clean.length : likeliest;
    const ids = new Set(
      [clean, corrupted, ...(put ? [put] : [])].flatMap(values =>
        likeliestTokens(Float32Array.from(values), 0, values.length, Math.min(count, values.length)).map(
          ({ id }) => id,
        ),
      ),
    );
    return Promise.resolve(
      [...ids]
        .map(id => ({
          id,
          text: open.predictionText(id, runs.clean.ids),
          clean: clean[id],
          corrupted: corrupted[id],
          ...(put && { patched: put[id] }),
        }))
        .sort((a, b) => Math.max(b.clean, b.corrupted) - Math.max(a.clean, a.corrupted)),
    );
  });
}

/** The draws of noise that numbers are the mean of; without noise there is one run. */
function drawsOf(noise: PatchNoise | undefined): readonly number[] {
  return Array.from({ length: noise?.samples ?? 1 }, (_, draw) => draw);
}

/** Both runs as they are, in the graph that takes the patches. */
async function readSides(
  { use, clean, corrupted }: PatchedRuns,
  { kind, noise, direction }: PatchPair,
  { position }: Alignment,
  patches: readonly (readonly PatchCell[])[],
  draw: number,
): Promise<{
  readonly sides: { readonly clean: PatchedSide; readonly corrupted: PatchedSide };
  readonly ends: { readonly clean: ReadRun; readonly corrupted: ReadRun };
  readonly options: (side: 'clean' | 'corrupted') => PatchRunOptions;
}> {
  const used = new Set(patches.flatMap(cells => cells.map(({ part }) => part)));
  // What nothing is asked of yet is held against each other in the lightest of such graphs.
  if (used.size === 0) used.add('residual');
  if (noise) used.add('residual');
  const parts = allParts.filter(part => used.has(part));
  const options = (side: 'clean' | 'corrupted'): PatchRunOptions => ({ kind, parts, logitsAt: [position[side]] });
  const sides: { clean: PatchedSide; corrupted: PatchedSide } = {
    clean: { run: clean },
    corrupted: { run: corrupted ?? clean },
  };
  const first = await use(open => readRun(open, sides.clean, options('clean')));
  if (noise) sides.corrupted = { run: clean, disturbed: disturb(first, noise, draw) };
  const second = await use(open => readRun(open, sides.corrupted, options('corrupted')));
  // Where noise is put into the clean run, the stream at the first layer is what the noise made of it.
  const { disturbed } = sides.corrupted;
  const rows =
    disturbed && direction === 'noise'
      ? new Map([...second.rows, [rowsKey('residual', disturbed.layer), disturbed.rows]])
      : second.rows;
  return { sides, ends: { clean: first, corrupted: { ...second, rows } }, options };
}

/** Noise on the stream that enters the first layer. */
function disturb({ rows }: ReadRun, { tokens, strength, seed }: PatchNoise, draw: number): DisturbedTokens {
  const layers = [...rows.keys()].flatMap(key => (key.startsWith('residual ') ? [Number(key.slice(9))] : []));
  const layer = Math.min(...layers);
  const first = rows.get(rowsKey('residual', layer));
  if (!first) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      'The graph does not show the embeddings that noise could be added to; choose another run in its place.',
    );
  }
  const missing = tokens.find(token => token >= first.tokens);
  if (missing !== undefined) {
    throw new InferenceFault(InferenceErrorCode.run, `There is no token ${missing} in this run; choose another.`);
  }
  const mean = first.data.reduce((sum, value) => sum + value, 0) / first.data.length;
  const spread = Math.sqrt(first.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / first.data.length);
  const numbers = new SeededNumbers(seed * 1000 + draw);
  const data = first.data.slice();
  for (const token of tokens) {
    for (let i = token * first.size; i < (token + 1) * first.size; i++) data[i] += strength * spread * numbers.normal();
  }
  return { layer, tokens, rows: { ...first, data } };
}

/** The logits of runs with patches, one below the other. */
async function patched(
  open: OpenModel,
  { direction }: PatchPair,
  aligned: Alignment,
  side: PatchedSide,
  ends: { readonly clean: ReadRun; readonly corrupted: ReadRun },
  copies: readonly (readonly PatchCell[])[],
  options: (side: 'clean' | 'corrupted') => PatchRunOptions,
): Promise<Logits> {
  const denoises = direction === 'denoise';
  // Cells name tokens of the clean run.
  const own = denoises ? copies.map(cells => cells.flatMap(cell => moved(cell, aligned.toCorrupted))) : copies;
  const from = denoises
    ? { from: aligned.toClean, fromKeys: aligned.keysToClean }
    : { from: aligned.toCorrupted, fromKeys: aligned.keysToCorrupted };
  const source = denoises ? ends.clean : ends.corrupted;
  const logits = await patchRun(open, side, own, source, from, options(denoises ? 'corrupted' : 'clean'));
  if (logits) return logits;
  throw saysNothing(open);
}

function moved(cell: PatchCell, to: Int32Array): PatchCell[] {
  if (cell.place === undefined) return [cell];
  if (cell.place >= to.length || to[cell.place] < 0) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `Token ${cell.place} is in one of the runs alone, so nothing can be patched there; choose another.`,
    );
  }
  return [{ ...cell, place: to[cell.place] }];
}

/** Fewer patches are not worth that the file is cut. */
const leastAhead = 16;
/** So many copies are run side by side at most. */
const mostAhead = 32;

interface RunsAhead {
  readonly key: string;
  readonly runs: Promise<RunsFromLayer | undefined>;
}

/** Of each run those that begin at the layer that is patched, for what was asked last. */
const aheadOf = new WeakMap<KnownRun, RunsAhead>();

/**
 * Runs of the patched text that begin at the layer that is patched, what comes before it kept; and of a causal model end at the
 * position that is looked at. Undefined where there are few patches, noise, or the file cannot be cut.
 */
async function runsAhead(
  { use, clean, corrupted = clean }: PatchedRuns,
  { noise, direction }: PatchPair,
  { position }: Alignment,
  { kind, parts }: PatchRunOptions,
  count: number,
): Promise<RunsFromLayer | undefined> {
  const known = direction === 'denoise' ? corrupted : clean;
  if (noise || kind !== 'self' || known.outputIds || count < leastAhead) return undefined;
  const at = direction === 'denoise' ? position.corrupted : position.clean;
  const key = `${at} ${parts.join()}`;
  const last = aheadOf.get(known);
  if (last?.key === key) return last.runs;
  const runs = (async () => {
    await (await last?.runs)?.close();
    const causal = known.attention.layers.every(layer => layer.causal && layer.kind === 'self');
    const reads = await use(open => Promise.resolve(open.info.task !== 'text-classification'));
    const ids = causal && reads ? known.ids.slice(0, at + 1) : known.ids;
    const asked = [...new Set(parts.map(part => patchedParts[part]))].sort();
    const found = await RunsFromLayer.of(use, ids, [at], mostAhead, asked);
    // Of one text at a time nothing is gained that is worth a second copy of the weights.
    return found && found.copies > 1 ? found : undefined;
  })();
  aheadOf.set(known, { key, runs });
  runs.catch(() => aheadOf.delete(known));
  return runs;
}

/** A number of each patch, from runs that begin at the layer that the patches of one turn change. */
async function valuesAhead(
  { use }: PatchedRuns,
  { direction, patches }: PatchPair & { readonly patches: readonly (readonly PatchCell[])[] },
  aligned: Alignment,
  ends: { readonly clean: ReadRun; readonly corrupted: ReadRun },
  runs: RunsFromLayer,
  measure: (open: OpenModel, logits: Logits, copy: number) => number,
): Promise<number[]> {
  const denoises = direction === 'denoise';
  const { length } = runs;
  const from = (denoises ? aligned.toClean : aligned.toCorrupted).slice(0, length);
  const source = denoises ? ends.clean : ends.corrupted;
  const own = patches.map(cells => {
    const here = denoises ? cells.flatMap(cell => moved(cell, aligned.toCorrupted)) : cells;
    // A causal model's position does not see what comes behind it.
    return here.filter(({ place }) => place === undefined || place < length);
  });
  const layerOf = (cells: readonly PatchCell[]) => Math.min(...cells.map(({ layer }) => layer));
  const values: number[] = [];
  while (values.length < own.length) {
    const rest = own.slice(values.length, values.length + runs.copies);
    // Where many are of one layer they go by themselves; few would leave most copies as they are.
    const isMany = (count: number) => count * 2 >= runs.copies;
    const end = rest.findIndex(
      (cells, i) => isMany(i) && isMany(own.length - values.length - i) && layerOf(cells) !== layerOf(rest[0]),
    );
    const some = end < 0 ? rest : rest.slice(0, end);
    const padded = [...some, ...Array.from({ length: runs.copies - some.length }, (): readonly PatchCell[] => [])];
    const changes = changesOf(padded, source, { from });
    const feeds = Object.assign(
      {},
      ...runs.interventions.map(one => changes.get(rowsKey(one.part, one.layer))?.(one) ?? {}),
    ) as Feeds;
    const nothing = Object.keys(feeds).length === 0;
    const logits = nothing ? await runs.allOn(use) : await runs.changed(use, feeds);
    const told = await use(open => Promise.resolve(some.map((_, copy) => measure(open, logits, nothing ? 0 : copy))));
    values.push(...told);
    await use.turn?.();
  }
  return values;
}

/** How many patches are run side by side. */
async function copiesFor(
  { use, clean, corrupted = clean }: PatchedRuns,
  { kind }: PatchPair,
  logits: Logits | undefined,
): Promise<number> {
  const tokens = Math.max((clean.outputIds ?? clean.ids).length, (corrupted.outputIds ?? corrupted.ids).length);
  return use(open => {
    const batches = open.batches && Object.values(open.sessions).every(({ switchesPerText }) => switchesPerText);
    if (!batches) return Promise.resolve(1);
    const most = Math.min(
      copiesAtOnce(clean, new Set([kind])),
      Math.floor(tokensAtOnce / Math.max(1, tokens)),
      Math.floor(mostLogits / Math.max(1, logits?.data.length ?? 1)),
    );
    return Promise.resolve(Math.max(1, most));
  });
}

/**
 * The metric of one of several runs whose logits stand one below the other.
 * @param alone whether they are of the position alone, a row a run.
 */
function measured(
  open: OpenModel,
  metric: PatchMetric,
  clean: Logits | undefined,
  logits: Logits,
  copy: number,
  copies: number,
  position: Alignment['position'],
  side: 'clean' | 'corrupted',
  alone = false,
): number {
  const { outputs } = open.info;
  const row = alone ? copy : copy * (logits.rows / copies) + rowFor(open, position[side], [position[side]]);
  const { columns, data } = logits;
  const logit = (id: number) => {
    if (id < columns) return data[row * columns + id];
    throw new InferenceFault(InferenceErrorCode.run, `The model has no token ${id}; choose another.`);
  };
  if (metric.by === 'logits') return logit(metric.token) - logit(metric.minus);
  if (metric.by === 'logProbability') {
    if (outputs === 'scores') return logit(metric.token);
    if (outputs === 'labels') return Math.log(Math.max(sigmoid(logit(metric.token)), 1e-45));
    logit(metric.token);
    return Math.log(Math.max(probabilitiesOf(logits, row, outputs)[metric.token], 1e-45));
  }
  const cleanRow = rowFor(open, position.clean, [position.clean]);
  return divergenceOf(probabilitiesOf(clean!, cleanRow, outputs), probabilitiesOf(logits, row, outputs), outputs);
}

function logitsOf(open: OpenModel, { logits }: ReadRun): Logits {
  if (logits) return logits;
  throw saysNothing(open);
}

function saysNothing(open: OpenModel): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.model,
    `${open.info.id} says nothing that a patch could change: it has no logits.`,
  );
}

/** @throws {InferenceFault} where the position is in one run alone. */
function align({ clean, corrupted = clean }: PatchedRuns, { kind, position }: PatchPair): Alignment {
  layersOf(clean.attention, kind);
  const idsOf = ({ ids, outputIds }: KnownRun, sequence: SequenceName) =>
    sequence === 'output' ? (outputIds ?? []) : ids;
  const sequence = sequenceOf(kind, clean);
  const keys: SequenceName = kind === 'cross' ? 'input' : sequence;
  const placesOf = (of: SequenceName) => patchPlaces(idsOf(clean, of), idsOf(corrupted, of));
  const places = placesOf(sequence);
  const keyPlaces = keys === sequence ? places : placesOf(keys);
  const maps = (of: SequenceName, list: PatchPlan['places']) => {
    const toCorrupted = new Int32Array(idsOf(clean, of).length).fill(-1);
    const toClean = new Int32Array(idsOf(corrupted, of).length).fill(-1);
    for (const { one, other } of list) {
      if (one === undefined || other === undefined) continue;
      [toCorrupted[one], toClean[other]] = [other, one];
    }
    return { toCorrupted, toClean };
  };
  const read: SequenceName = clean.outputIds ? 'output' : 'input';
  placesIn(idsOf(clean, read), [position]);
  const at = (read === sequence ? places : placesOf(read)).find(({ one }) => one === position)?.other;
  if (at === undefined) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `Token ${position} is in this run alone, so the other says nothing there to compare with; choose another token.`,
    );
  }
  const own = maps(sequence, places);
  const ofKeys = maps(keys, keyPlaces);
  return {
    sequence,
    places,
    position: { clean: position, corrupted: at },
    ...own,
    keysToCorrupted: ofKeys.toCorrupted,
    keysToClean: ofKeys.toClean,
  };
}

/** The tokens whose stream a kind of attention adds to. */
function sequenceOf(kind: AttentionKind, { outputIds }: KnownRun): SequenceName {
  return outputIds && (kind === 'decoder' || kind === 'cross') ? 'output' : 'input';
}
