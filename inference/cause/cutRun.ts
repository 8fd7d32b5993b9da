import { Tensor } from 'onnxruntime-node';
import type { AttentionKind } from '../../core/attention/attentionKind';
import { OnnxError, type AddedIntervention } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { Cut, CutForm } from '../../core/run/cause';
import type { Feeds } from '../models/attentionSession';
import { InferenceFault } from '../models/inferenceFault';
import type { LayerShape } from '../models/layerShape';
import type { OpenModel } from '../models/openModel';
import type { Recorder, RecorderOptions } from '../models/recorder';
import { runOnce } from '../runs/runModel';
import type { KnownRun } from '../runs/runStore';

/** Numbers that are held at once for cuts, in all layers: 512 MB. */
const mostNumbers = 2 ** 27;

/** What must be known of a run to cut it. */
export type CuttableRun = Pick<KnownRun, 'ids' | 'outputIds' | 'attention'>;

/** How many copies of a run can be cut each in its own way, side by side: in heads of layers of those kinds. */
export function copiesAtOnce({ attention }: CuttableRun, kinds: ReadonlySet<AttentionKind>): number {
  const numbers = attention.layers
    .filter(({ kind }) => kinds.has(kind))
    .reduce((sum, { heads, queries, keys }) => sum + heads * queries * keys, 0);
  if (numbers > mostNumbers) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'Cutting attention takes more than 512 MB on this text; explain a shorter part.',
    );
  }
  // Beside it the model computes as many in each layer.
  return Math.max(1, Math.floor(mostNumbers / 8 / Math.max(1, numbers)));
}

/**
 * Runs a model with attention cut, in each copy of the text in its own way. The run is one of a graph that takes such cuts, also
 * where nothing is cut, so that runs held against each other are computed in one way.
 * @param copies what is cut in each; an empty list cuts nothing.
 * @param forms which forms any of the runs that are held against each other cuts in.
 * @throws {InferenceFault} where a cut does not fit the run, or leaves a query no key.
 */
export async function cutRun(
  open: OpenModel,
  { ids, outputIds, attention }: CuttableRun,
  copies: readonly (readonly Cut[])[],
  forms: ReadonlySet<CutForm>,
  options: RecorderOptions,
): Promise<Recorder> {
  for (const cut of copies.flat()) checkCut(cut, attention.layers);
  const parts = [...forms].sort();
  // Made before the run: what does not fit is told by itself.
  const tensors = new Map<string, Tensor>();
  for (const shape of attention.layers) {
    for (const part of parts) {
      const own = copies.map(cuts =>
        cuts.filter(
          cut => cut.kind === shape.kind && cut.form === part && cut.heads.some(({ layer }) => layer === shape.layer),
        ),
      );
      if (own.some(cuts => cuts.length > 0)) {
        tensors.set(`${shape.kind} ${shape.layer} ${part}`, cutTensor(part, own, shape));
      }
    }
  }
  try {
    return await runOnce(
      open,
      ids,
      outputIds,
      {
        ...options,
        interventions: {
          parts: parts.length > 0 ? parts : ['scores'],
          feeds: (kind, one) => feedsOf(one, tensors.get(`${kind} ${one.layer} ${one.part}`)),
        },
      },
      copies.length,
    );
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    throw new InferenceFault(InferenceErrorCode.model, error.message, error);
  }
}

function checkCut({ kind, heads, queries, keys }: Cut, layers: readonly LayerShape[]): void {
  for (const { layer, head } of heads) {
    const shape = layers.find(one => one.kind === kind && one.layer === layer);
    if (!shape || head >= shape.heads) {
      throw new InferenceFault(InferenceErrorCode.run, `There is no head ${layer}.${head} in this run.`);
    }
    for (const [{ first, last }, length] of [
      [queries, shape.queries],
      [keys, shape.keys],
    ] as const) {
      if (first > last || last >= length) {
        throw new InferenceFault(
          InferenceErrorCode.run,
          `There are no places ${first} to ${last} in layer ${layer}, which has ${length}.`,
        );
      }
    }
  }
}

/** What an intervention is fed: what changes nothing where nothing is cut. */
function feedsOf(one: AddedIntervention, cut: Tensor | undefined): Feeds {
  const neutral = (value: number) => {
    const heads = one.heads ?? cut?.dims[1] ?? 1;
    return new Tensor('float32', new Float32Array(heads).fill(value), [1, heads, 1, 1]);
  };
  if (one.part === 'scores') return { [one.added]: cut ?? neutral(0) };
  return one.part === 'probabilities' ? { [one.factor]: cut ?? neutral(1), [one.added]: neutral(0) } : {};
}

/** What is added to scores, or what probabilities are multiplied with: [copies, heads, queries, keys]. */
function cutTensor(
  part: CutForm,
  copies: readonly (readonly Cut[])[],
  { layer, heads: count, queries: rows, keys: columns, causal, kind }: LayerShape,
): Tensor {
  const size = count * rows * columns;
  const rest = part === 'scores' ? 0 : 1;
  const data = new Float32Array(copies.length * size).fill(rest);
  const cut = part === 'scores' ? -Infinity : 0;
  const masked = causal || kind === 'decoder';
  copies.forEach((cuts, copy) => {
    for (const { heads, queries, keys } of cuts) {
      for (const { layer: own, head } of heads) {
        if (own !== layer) continue;
        for (let query = queries.first; query <= queries.last; query++) {
          const at = copy * size + (head * rows + query) * columns;
          data.fill(cut, at + keys.first, at + keys.last + 1);
          // Of the keys that it can see.
          const end = masked ? Math.min(columns, query + 1 + columns - rows) : columns;
          if (part === 'scores' && data.subarray(at, at + end).every(value => value === cut)) {
            throw new InferenceFault(
              InferenceErrorCode.run,
              `This cuts all keys that query ${query} sees in head ${layer}.${head}, and a softmax needs one; leave it a key, or cut after softmax.`,
            );
          }
        }
      }
    }
  });
  return new Tensor('float32', data, [copies.length, count, rows, columns]);
}
