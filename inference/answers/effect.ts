import { ResponseError } from 'vscode-jsonrpc';
import type { AttentionKind } from '../../core/attention/attentionKind';
import type { OutputMeaning } from '../../core/models/outputMeaning';
import type { Effect, HeadAddress } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { EffectMeasure } from '../../core/run/effectMeasure';
import { InferenceFault } from '../models/inferenceFault';
import { beginningOf, longestText } from '../text/longestText';
import type { OpenModel } from '../models/openModel';
import { textModel } from '../models/textModel';
import { typesOf, withTypes } from '../models/tokenTypes';
import { partsOf } from '../models/vocabularyText';
import type { Logits } from '../models/recorder';
import type { UseModel } from '../runs/runAttention';
import { runOnce } from '../runs/runModel';
import type { KnownRun } from '../runs/runStore';
import { tellWhole } from '../runs/segmentedRun';
import { compareSaid, divergenceOf, placesIn, probabilitiesOf, rowFor, saidBy } from './compareSaid';
import { RunsFromLayer } from './runsFromLayer';

/** What is put in place of a head that is off: nothing, or the mean over the positions of what it gives. */
export interface SwitchOptions {
  readonly mean?: boolean;
  /** A token whose probability is to be told too, whatever its place. */
  readonly token?: number;
  /** The same by what it reads; of several tokens the first. */
  readonly word?: string;
}

/**
 * What the model says at a position with heads switched off, beside what it says with all on. A head is off when its
 * probabilities are multiplied by zero before they meet the values (Michel et al. 2019, "Are Sixteen Heads Really Better
 * than One?"), or replaced by their mean over the queries, which gives each position the mean of the head's results.
 */
export async function effectOfHeads(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  heads: readonly HeadAddress[],
  position: number,
  { mean, token, word }: SwitchOptions = {},
): Promise<Effect> {
  const asked = word === undefined ? token : firstToken(open, word);
  const positions = placesIn(outputIds ?? ids, [position]);
  const before = await logitsWithout(open, ids, outputIds, positions, [[]]);
  const after = await logitsWithout(open, ids, outputIds, positions, [heads], mean);
  return compareSaid(open, ids, before, after, rowFor(open, position, positions), { token: asked });
}

/**
 * The same of a run that is kept. Of a file that rounds as it runs, to half precision or activations to 8 bits, it is computed
 * in float32 where the file can be cut between its layers, as a ranking is: the rounding is often more than what a head does.
 */
export async function switchOffHeads(
  use: UseModel,
  known: KnownRun,
  heads: readonly HeadAddress[],
  position: number,
  { mean = false, token, word }: SwitchOptions = {},
): Promise<Effect> {
  const runs = known.outputIds || heads.length === 0 ? undefined : await runsFor(use, known, [position], mean, true);
  if (runs?.inFloat32) {
    try {
      placesIn(known.ids, [position]);
      const [before, after] = await runs.inTurn([position], async () => [
        await runs.allOn(use),
        await runs.without(use, [heads], mean),
      ]);
      return await use(open => {
        const asked = word === undefined ? token : firstToken(open, word);
        const effect = compareSaid(open, known.ids, before, after, 0, { token: asked });
        return Promise.resolve({ ...effect, inFloat32: true });
      });
    } catch (error) {
      if (error instanceof ResponseError || error instanceof InferenceFault) throw error;
      tellWhole(error);
      forget(known);
    }
  }
  return use(open => effectOfHeads(open, known.ids, known.outputIds, heads, position, { mean, token, word }));
}

/** How many logits a batch gives at most: 128 MB. */
const mostLogits = 32e6;

/** How heads are ranked. */
export interface RankOptions extends Pick<SwitchOptions, 'mean'> {
  /** Where one looks at what the model says; of several the mean is told. */
  readonly positions: readonly number[];
  readonly by?: EffectMeasure;
}

interface KnownRuns {
  readonly key: string;
  readonly runs: Promise<RunsFromLayer | undefined>;
}

/** Of each run the runs with heads off that were asked for last. */
const runsOf = new WeakMap<KnownRun, KnownRuns>();

/**
 * The effect of each head alone, in bits: of one head off, all else on. Where the file can be cut between its layers, a head's
 * run begins at its layer; else the whole model is run, as {@link effectOfEach} does. Several heads are done side by side.
 */
export async function rankHeads(
  use: UseModel,
  known: KnownRun,
  heads: readonly HeadAddress[],
  { positions, by = 'divergence', mean = false }: RankOptions,
): Promise<number[]> {
  const [asked, meaning] = await use(open => Promise.resolve([askedTokens(open, by), open.info.outputs] as const));
  const { ids, outputIds } = known;
  const runs = outputIds ? undefined : await runsFor(use, known, positions, mean);
  if (runs) {
    try {
      const before = await runs.allOn(use);
      const said = positions.map((_, i) => probabilitiesOf(before, i, meaning));
      const bits: number[] = [];
      while (bits.length < heads.length) {
        const [{ kind, layer }] = heads.slice(bits.length);
        const some = heads.slice(bits.length, bits.length + runs.copies);
        const end = some.findIndex(head => head.kind !== kind || head.layer !== layer);
        const own = end < 0 ? some : some.slice(0, end);
        const after = await runs.without(
          use,
          own.map(head => [head]),
          mean,
        );
        await use.turn?.();
        own.forEach((_, copy) => {
          const each = positions.map((position, i) =>
            change(
              said[i],
              probabilitiesOf(after, copy * before.rows + i, meaning),
              asked ?? tokenAfter(ids, position),
              meaning,
            ),
          );
          bits.push(each.reduce((sum, value) => sum + value, 0) / each.length);
        });
      }
      return bits;
    } catch (error) {
      if (error instanceof ResponseError || error instanceof InferenceFault) throw error;
      tellWhole(error);
      forget(known);
    }
  }
  return effectOfEach(use, ids, outputIds, heads, { positions, by, mean });
}

/**
 * @param single whether one set of heads is off at a time, for which other positions may be looked at; else those of a layer,
 *   side by side.
 */
async function runsFor(
  use: UseModel,
  known: KnownRun,
  positions: readonly number[],
  mean: boolean,
  single = false,
): Promise<RunsFromLayer | undefined> {
  const key = single ? 'single' : `${positions.join()} ${mean}`;
  const last = runsOf.get(known);
  if (last?.key === key) return last.runs;
  const runs = (async () => {
    await (await last?.runs)?.close();
    const causal = known.attention.layers.every(layer => layer.causal && layer.kind === 'self');
    // What comes behind the last position changes nothing there; but a mean is taken over all.
    const end =
      causal && !mean && !single
        ? positions.reduce((most, position) => Math.max(most, position), 0) + 1
        : known.ids.length;
    const most = single ? 1 : Math.max(...known.attention.layers.map(layer => layer.heads));
    const ids = end === known.ids.length ? known.ids : known.ids.slice(0, end);
    return RunsFromLayer.of(use, ids, positions, most);
  })();
  runsOf.set(known, { key, runs });
  runs.catch(() => runsOf.delete(known));
  return runs;
}

/** Nothing of a run is tried piece by piece again. */
function forget(known: KnownRun): void {
  const { key } = runsOf.get(known) ?? {};
  if (key !== undefined) runsOf.set(known, { key, runs: Promise.resolve(undefined) });
}

/**
 * The same by runs of the whole model. Several heads are done in one run, the text once for each, where the model allows: not
 * where activations are quantized while it runs, by the largest of the whole batch, which would change what each head's
 * absence does.
 */
export async function effectOfEach(
  use: UseModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  heads: readonly HeadAddress[],
  { positions, by = 'divergence', mean }: RankOptions,
): Promise<number[]> {
  const read = outputIds ?? ids;
  const places = placesIn(read, positions);
  const [before, perText, asked] = await use(async open => [
    await logitsWithout(open, ids, outputIds, places, [[]]),
    open.batches && Object.values(open.sessions).every(({ switchesPerText }) => switchesPerText),
    askedTokens(open, by),
  ]);
  const bits: number[] = [];
  const batch = !perText || !before ? 1 : Math.max(1, Math.floor(mostLogits / before.data.length));
  while (bits.length < heads.length) {
    const some = heads.slice(bits.length, bits.length + batch);
    await use(async open => {
      const off = some.map(head => [head]);
      const after = await logitsWithout(open, ids, outputIds, places, off, mean);
      const given = saidBy(open, before, after);
      some.forEach((_, copy) => {
        const each = positions.map(position => {
          const row = rowFor(open, position, places);
          const [p, q] = [
            probabilitiesOf(given.before, row, open.info.outputs),
            probabilitiesOf(given.after, copy * given.before.rows + row, open.info.outputs),
          ];
          return change(p, q, asked ?? tokenAfter(read, position), open.info.outputs);
        });
        bits.push(each.reduce((sum, value) => sum + value, 0) / each.length);
      });
    });
  }
  return bits;
}

/** The tokens whose log-probabilities are compared; none: the divergence; undefined: what really follows. */
function askedTokens(open: OpenModel, by: EffectMeasure): readonly number[] | undefined {
  if (by === 'divergence') return [];
  if (by === 'follows') return undefined;
  return [by.of, ...(by.against ? [by.against] : [])].map(({ token, word = '' }) => token ?? firstToken(open, word));
}

/** @throws {InferenceFault} at the last position. */
function tokenAfter(ids: readonly number[], position: number): number {
  if (position + 1 < ids.length) return ids[position + 1];
  throw new InferenceFault(
    InferenceErrorCode.run,
    'No token follows the last one; choose an earlier one, or say whose probability you mean.',
  );
}

/** The divergence of what is said after from what was said before, or how much the log-probability of a token falls, less another's. */
function change(
  before: Float64Array,
  after: Float64Array,
  asked: readonly number[] | number,
  meaning?: OutputMeaning,
): number {
  const falls = (id: number) => Math.log2(Math.max(before[id], 1e-45)) - Math.log2(Math.max(after[id], 1e-45));
  if (typeof asked === 'number') return falls(asked);
  const [token, other] = asked;
  if (token === undefined) return divergenceOf(before, after, meaning);
  return falls(token) - (other === undefined ? 0 : falls(other));
}

const nothing = (): boolean => false;

/** The logits with heads off, other ones in each text of a batch: of some positions alone where the model gives them so. */
async function logitsWithout(
  open: OpenModel,
  ids: readonly number[],
  outputIds: readonly number[] | undefined,
  positions: readonly number[],
  each: readonly (readonly HeadAddress[])[],
  mean?: boolean,
): Promise<Logits | undefined> {
  const off = (kind: AttentionKind, layer: number) =>
    each.map(heads => heads.filter(h => h.kind === kind && h.layer === layer).map(h => h.head));
  const options = { wants: nothing, off, mean, logitsAt: positions };
  return (await runOnce(open, ids, outputIds, options, each.length)).logits();
}

/**
 * The first token of a word.
 * @throws {InferenceFault} where the tokenizer makes nothing of it.
 */
function firstToken(open: OpenModel, word: string): number {
  const { tokenizer, info } = textModel(open);
  const [first] = tokenizer.encode(beginningOf(word, longestText(1)), { add_special_tokens: false });
  if (first === undefined) {
    throw new InferenceFault(InferenceErrorCode.text, `${info.id} has no token for “${word}”; type another.`);
  }
  return first;
}

/**
 * What an encoder says where a token is hidden behind the mask token, beside what it says with the token seen.
 * @throws {InferenceFault} for a model without a mask token.
 */
export async function effectOfMask(open: OpenModel, ids: readonly number[], token: number): Promise<Effect> {
  const mask = partsOf(textModel(open).tokenizer).mask_token_id;
  if (mask === undefined) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} has no mask token; choose a model that was trained to fill masks.`,
    );
  }
  const before = (await runOnce(open, ids, undefined, { wants: nothing })).logits();
  const after = (
    await runOnce(
      open,
      withTypes(
        ids.map((id, i) => (i === token ? mask : id)),
        typesOf(ids),
      ),
      undefined,
      { wants: nothing },
    )
  ).logits();
  return compareSaid(open, ids, before, after, rowFor(open, token, placesIn(ids, [token])));
}
