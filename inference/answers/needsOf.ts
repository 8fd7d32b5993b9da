import type { AttentionKind } from '../../core/attention/attentionKind';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { AttentionOfPosition, Cut, NeedOfTokens, PlaceRange } from '../../core/run/cause';
import { divergenceOf, placesIn, probabilitiesOf, rowFor, saidBy } from './compareSaid';
import { readHead } from './readings';
import type { LayerNorms } from './valueNorms';
import { InferenceFault } from '../models/inferenceFault';
import { layersOf, type UseModel } from '../runs/runAttention';
import { rowOf } from '../runs/rowOf';
import type { KnownRun } from '../runs/runStore';
import { copiesAtOnce, cutRun, type CuttableRun } from '../cause/cutRun';

/** How many tokens are run side by side at most: the same text as often as it fits, another cut in each. */
const tokensAtOnce = 4096;
/** So many logits are there at once: 128 MB. */
const mostLogits = 32e6;
const forms = new Set(['scores'] as const);

/**
 * What the prediction at a position needs: for each of some tokens in a row all edges from the position to them are cut before
 * softmax, in all heads of all layers of a kind (Geva et al. 2023). Its edge to itself stays.
 * @throws {InferenceFault} where there is no such position, or the model says nothing.
 */
export async function needsOf(
  use: UseModel,
  known: CuttableRun,
  {
    kind,
    position,
    tokens,
  }: { readonly kind: AttentionKind; readonly position: number; readonly tokens: readonly PlaceRange[] },
): Promise<NeedOfTokens[]> {
  const layers = layersOf(known.attention, kind);
  const read = known.outputIds ?? known.ids;
  const positions = placesIn(read, [position]);
  const heads = layers.flatMap(({ layer, heads: count, queries }) =>
    position < queries ? Array.from({ length: count }, (_, head) => ({ layer, head })) : [],
  );
  const causal = layers.every(layer => layer.causal) || kind === 'decoder';
  const cuts = tokens.map(({ first, last }): readonly Cut[] => {
    const before = { first, last: Math.min(last, position - 1) };
    const behind = { first: Math.max(first, position + 1), last };
    const ranges = kind === 'cross' ? [{ first, last }] : causal ? [before] : [before, behind];
    return ranges
      .filter(range => range.first <= range.last)
      .map(keys => ({ kind, heads, queries: { first: position, last: position }, keys, form: 'scores' }));
  });
  const { before, copies } = await use(async open => {
    const logits = (await cutRun(open, known, [[]], forms, { wants: () => false, logitsAt: positions })).logits();
    const batches = open.batches && Object.values(open.sessions).every(({ switchesPerText }) => switchesPerText);
    const size = logits ? logits.data.length : 1;
    return {
      before: logits,
      copies: batches
        ? Math.max(
            1,
            Math.min(
              copiesAtOnce(known, new Set([kind])),
              Math.floor(tokensAtOnce / Math.max(1, read.length)),
              Math.floor(mostLogits / size),
            ),
          )
        : 1,
    };
  });
  const needs: NeedOfTokens[] = [];
  while (needs.length < cuts.length) {
    const some = cuts.slice(needs.length, needs.length + copies);
    const told = await use(async open => {
      const row = rowFor(open, position, positions);
      const meaning = open.info.outputs;
      const logits = some.every(own => own.length === 0)
        ? undefined
        : (await cutRun(open, known, some, forms, { wants: () => false, logitsAt: positions })).logits();
      const said = saidBy(open, before, logits ?? before);
      const p = probabilitiesOf(said.before, row, meaning);
      const likeliest = p.reduce((best, value, id) => (value > p[best] ? id : best), 0);
      return some.map((own, copy): NeedOfTokens => {
        if (own.length === 0) return { bits: 0, falls: 0 };
        const q = probabilitiesOf(said.after, copy * said.before.rows + row, meaning);
        return {
          bits: divergenceOf(p, q, meaning),
          falls:
            meaning === 'scores'
              ? 0
              : Math.log(Math.max(p[likeliest], 1e-45)) - Math.log(Math.max(q[likeliest], 1e-45)),
        };
      });
    });
    needs.push(...told);
  }
  return needs;
}

/**
 * What attention says of a position: the mean over all heads of a kind of its rows, as they are and weighted by what each value
 * adds; and the rollout of the last layer.
 */
export async function attentionOf(
  use: UseModel,
  known: KnownRun,
  { kind, position }: { readonly kind: AttentionKind; readonly position: number },
  norms: () => Promise<ReadonlyMap<number, LayerNorms>>,
): Promise<AttentionOfPosition> {
  const raw = await rowOf(known.attention, kind, position, 'mean', use);
  const layers = layersOf(known.attention, kind);
  const row = ({ data, keys }: { data: Float32Array; keys: number }) =>
    data.subarray(position * keys, (position + 1) * keys);
  const value = await orNothing(async () => {
    const each = await norms();
    const sum = new Float32Array(raw.length);
    let count = 0;
    for (const { layer, heads, keys } of layers) {
      if (keys !== raw.length) continue;
      for (let head = 0; head < heads; head++) {
        row(await readHead(known, { kind, layer, head }, 'value', use, each)).forEach((share, i) => (sum[i] += share));
        count++;
      }
    }
    return sum.map(share => share / count);
  });
  const last = layers[layers.length - 1];
  const rollout = await orNothing(async () =>
    row(await readHead(known, { kind, layer: last.layer, head: 0 }, 'rollout', use)).slice(),
  );
  return { raw, ...(value && { value }), ...(rollout && { rollout }) };
}

/** What a graph does not show is left out; what was cancelled or lost is not. */
async function orNothing<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InferenceFault && (error.code as InferenceErrorCode) === InferenceErrorCode.run) {
      return undefined;
    }
    throw error;
  }
}
