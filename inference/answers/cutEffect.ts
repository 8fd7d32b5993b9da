import { jensenShannon } from '../../core/attention/measures/jensenShannon';
import type { AttentionKind } from '../../core/attention/attentionKind';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { Cut, CutEffect, CutForm, MovedByCut } from '../../core/run/cause';
import type { AttentionTensor, HeadAddress } from '../../core/run/explanation';
import { compareSaid, placesIn, rowFor } from './compareSaid';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { lastLogits, type LayerTensor } from '../models/recorder';
import { layerShape, type UseModel } from '../runs/runAttention';
import { copiesAtOnce, cutRun, type CuttableRun } from '../cause/cutRun';

/** Attention of a run with cuts, all heads of all layers of a kind. */
function attentionIn(
  open: OpenModel,
  known: CuttableRun,
  cuts: readonly Cut[],
  forms: ReadonlySet<CutForm>,
  kind: AttentionKind,
  positions: readonly number[],
) {
  return cutRun(open, known, [cuts], forms, {
    wants: (own, _layer, what) => own === kind && what === 'probabilities',
    logitsAt: positions,
  });
}

/**
 * What cuts, all at once, do: to what the model says at a position, and to where the heads of the cuts' kind look.
 * @throws {InferenceFault} where a cut does not fit the run, or the model says nothing.
 */
export async function cutEffect(
  use: UseModel,
  known: CuttableRun,
  { cuts, position, token }: { readonly cuts: readonly Cut[]; readonly position: number; readonly token?: number },
): Promise<CutEffect> {
  const [kind] = kindsOf(cuts);
  const positions = placesIn(known.outputIds ?? known.ids, [position]);
  const forms = new Set(cuts.map(({ form }) => form));
  copiesAtOnce(known, new Set(known.attention.layers.map(layer => layer.kind)));
  const before = await use(open => attentionIn(open, known, [], forms, kind, positions));
  const after = await use(open => attentionIn(open, known, cuts, forms, kind, positions));
  const effect = await use(open => {
    const session = Object.values(open.sessions)[0];
    return session.changesInFloat32().then(inFloat32 => ({
      ...compareSaid(open, known.ids, before.logits(), after.logits(), rowFor(open, position, positions), { token }),
      ...(inFloat32 && { inFloat32 }),
    }));
  });
  const moved: MovedByCut[] = [];
  const then = after.attention();
  for (const layer of before.attention()) {
    await use.turn?.();
    const other = then.find(one => one.kind === layer.kind && one.layer === layer.layer);
    if (layer.kind === kind && other) moved.push(...movedIn(layer, other));
  }
  return { effect, moved };
}

/** One head's matrix with cuts. */
export async function cutHead(
  use: UseModel,
  known: CuttableRun,
  { cuts, address }: { readonly cuts: readonly Cut[]; readonly address: HeadAddress },
): Promise<AttentionTensor> {
  layerShape(known.attention, address);
  const recorder = await use(open =>
    cutRun(open, known, [cuts], new Set(cuts.map(({ form }) => form)), {
      wants: (kind, layer, what) => kind === address.kind && layer === address.layer && what === 'probabilities',
      heads: (kind, layer) => (kind === address.kind && layer === address.layer ? [address.head] : []),
      logitsAt: lastLogits,
    }),
  );
  const found = recorder.tensor(address.kind, address.layer, 'probabilities');
  if (!found) {
    throw new InferenceFault(InferenceErrorCode.run, 'The run with the cuts did not give this head; try again.');
  }
  const { heads, queries, keys, data } = found;
  const from = heads === 1 ? 0 : address.head * queries * keys;
  return { shape: [1, 1, queries, keys], data: data.slice(from, from + queries * keys) };
}

function kindsOf(cuts: readonly Cut[]): readonly AttentionKind[] {
  if (cuts.length === 0) throw new InferenceFault(InferenceErrorCode.run, 'Nothing is cut; choose what is to be.');
  return [...new Set(cuts.map(({ kind }) => kind))];
}

function movedIn({ layer, heads, queries, keys, data }: LayerTensor, other: LayerTensor): MovedByCut[] {
  return Array.from({ length: heads }, (_, head) => {
    let sum = 0;
    for (let query = 0; query < queries; query++) {
      const from = (head * queries + query) * keys;
      sum += jensenShannon(data.subarray(from, from + keys), other.data.subarray(from, from + keys));
    }
    return { layer, head, distance: sum / queries };
  });
}
