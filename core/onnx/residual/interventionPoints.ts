import type { SiteKind } from '../find/attentionKinds';
import type { FoundAttention } from '../find/findAttention';
import type { Value } from '../graph/linkedGraph';
import { type Block, type BlockStack, findBlocks, normOf } from './blocks';
import { stacksByBranch } from './stacksByBranch';

/** One value of the graph: the same in each branch of an `If` that it is computed in. */
export type Places = readonly [Value, ...Value[]];

/** Where a layer of a residual stream can be changed. */
export interface LayerPoints {
  /** What its attention is; of a layer with cross-attention that of its self-attention. */
  readonly kind: SiteKind;
  readonly layer: number;
  /** The stream that enters the layer: of a model that normalizes after each addition its norm. */
  readonly residual: Places;
  /** What its feed-forward part adds to the stream; or why there is no such value, as half a sentence. */
  readonly feedForward: Places | string;
}

/** Where one residual stream can be changed. */
export interface StreamPoints {
  /** In order. */
  readonly layers: readonly LayerPoints[];
  /** The stream behind the last layer: what the final norm reads; of a model that normalizes after each addition, the last norm. */
  readonly end: Places;
  /** Whether the stream is normalized after each addition. */
  readonly postNorm: boolean;
}

/** Finds where the residual streams of a model can be changed, in the order of their first layers. */
export function findInterventionPoints(found: FoundAttention): StreamPoints[] {
  return stacksByBranch(findBlocks(found)).map(branches => {
    const of = (get: (stack: BlockStack) => Value): Places => {
      const [first, ...others] = new Set(branches.map(get));
      return [first, ...others];
    };
    const [{ blocks, postNorm }] = branches;
    return {
      layers: blocks.map((block, number) => ({
        ...nameOf(block, number),
        residual: of(stack => entering(stack, number)),
        feedForward: feedForwardOf(block, part => of(stack => stack.blocks[number].parts[part].write)),
      })),
      end: of(stack => stack.end),
      postNorm,
    };
  });
}

function nameOf({ parts }: Block, number: number): Pick<LayerPoints, 'kind' | 'layer'> {
  const sites = parts.flatMap(({ site }) => site ?? []);
  const own = sites.find(({ kind }) => kind !== 'cross') ?? sites.at(0);
  return { kind: own?.kind ?? 'self', layer: own?.layer ?? number };
}

function feedForwardOf({ parts }: Block, of: (part: number) => Places): Places | string {
  const places = [...parts.keys()].filter(i => parts[i].site === undefined);
  if (places.length === 0) return 'no feed-forward part that adds to its residual stream was found in the graph';
  return places.length === 1 ? of(places[0]) : `${places.length} parts beside its attention add to its residual stream`;
}

/** The stream that enters a block: the value that all that reads it reads, also where some of that reads it in another layout. */
function entering({ start, blocks, postNorm }: BlockStack, number: number): Value {
  if (number > 0) {
    const { after } = blocks[number - 1].parts[blocks[number - 1].parts.length - 1];
    return postNorm ? normOf(after) : after;
  }
  let at = start;
  while (/^(Cast|Identity|Reshape|Dropout|Squeeze|Unsqueeze)$/.test(at.producer?.type ?? '')) {
    const [before] = at.producer!.inputs;
    if (!before?.data || before.readers.length < 2) break;
    at = before;
  }
  return at;
}
