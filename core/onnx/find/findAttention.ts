import { attentionKinds, type SiteKind } from './attentionKinds';
import type { AttentionMatch, AttentionTraits } from './attentionMatch';
import { expandFunctions } from '../read/expandFunctions';
import { fusedAttention } from './fusedAttention';
import { inferShapes } from '../graph/inferShapes';
import { joinMatches, type JoinedMatch } from './joinMatches';
import { linkGraph, type LinkedGraph, type Op } from '../graph/linkedGraph';
import type { OnnxModel } from '../read/onnxModel';
import { orderStacks } from './orderStacks';
import { picksQueries } from './picksQueries';
import { softmaxAttention } from './softmaxAttention';
import { softmaxAt } from './softmaxes';
import { describeAttention } from './describeAttention';

/** What is known about the model from elsewhere (config.json); used only where the graph cannot tell. */
export interface AttentionHints {
  readonly heads?: number;
  readonly layers?: number;
  /** Heads of keys and values, where several queries share one. */
  readonly keyValueHeads?: number;
  readonly headSize?: number;
  /**
   * Blocks of each stage, where a stage has the attention of its last block, as Swin's reference implementation gives it
   * (window attention, blocks in pairs); the others are left out. Ignored where it does not add up.
   */
  readonly stages?: readonly number[];
}

/** One layer's attention. */
export interface AttentionSite extends AttentionTraits {
  /** `self` in models without cross-attention; `encoder`, `decoder` and `cross` in those with it. */
  readonly kind: SiteKind;
  /** Which layer, counted from 0 among those of the same kind. */
  readonly layer: number;
  /** Name of the node, as the file says it. */
  readonly node: string;
  /** In the body of a loop that runs a fixed number of times: which time. */
  readonly iteration?: number;
  /** Where it stands in the graph: one place, or one in each branch of an `If` that does the same either way. */
  readonly places: readonly AttentionMatch[];
}

export interface FoundAttention {
  /** In the order encoder, decoder, cross (or self), each by layer. */
  readonly attentions: readonly AttentionSite[];
  /** In words: "4 layers × 6 heads of causal self-attention", "12 LSTM nodes, no attention". */
  readonly summary: string;
  /** The model that was searched. */
  readonly model: OnnxModel;
  /** The graph with its values linked and the model's own functions expanded; for {@link addAttention}. */
  readonly graph: LinkedGraph;
}

/** More heads than any model has: a damaged file may say anything. */
const mostHeads = 65_536;

const order: readonly SiteKind[] = ['encoder', 'decoder', 'self', 'cross'];

/**
 * Finds the attention in a model's graph, by what is computed and not by names.
 *
 * Layers are counted in the order of the data's flow. Softmaxes that are not attention (routers, gates, classifiers) are
 * passed over. A model without attention gives an empty list and a summary that says what there is instead.
 */
export function findAttention(model: OnnxModel, hints: AttentionHints = {}): FoundAttention {
  const graph = linkGraph(expandFunctions(model));
  inferShapes(graph);
  const opset = model.opsets.get('') ?? 17;
  const matches: AttentionMatch[] = [];
  for (const op of graph.ops) {
    const fused = fusedAttention(op, graph.model);
    if (fused) {
      matches.push(fused);
      continue;
    }
    const softmax = softmaxAt(op, opset);
    const match = softmax && softmaxAttention(softmax, hints.heads, graph.model);
    if (match) matches.push(match);
  }
  const roles = new Map(attentionKinds(matches, graph).map((role, i) => [matches[i], role]));
  const found = withoutPooling(
    joinMatches(matches).map((joined): FoundMatch => {
      const { kind, pooling } = roles.get(joined.matches[0])!;
      return { match: wholeMatch(joined), kind: joined.steps ? 'cross' : kind, pooling };
    }),
    hints.layers,
  );
  const mutual = found.some(f => f.kind === 'self');
  const crossed = new Set(found.filter(f => f.kind === 'cross').map(f => f.match.context));
  const inOrder = order.flatMap(kind => {
    const ofKind = found.filter(f => f.kind === kind);
    return orderStacks(
      ofKind.map(f => f.match),
      graph,
      mutual ? crossed : undefined,
    ).map(i => ofKind[i]);
  });
  const bands = new Set(inOrder.flatMap(({ match, kind }) => (match.span === 'band' ? [kind] : [])));
  const counts = new Map<SiteKind, number>();
  const attentions = lastOfStages(unrolledLoops(joinBranches(inOrder)), hints.stages).map(
    ({ kind, places, iteration }): AttentionSite => {
      const layer = counts.get(kind) ?? 0;
      counts.set(kind, layer + 1);
      const heads = places.map(p => p.heads).find(h => h !== undefined && h > 0 && h <= mostHeads) ?? hints.heads;
      return {
        kind,
        layer,
        heads,
        headSize: places[0].headSize,
        causal: places.some(p => p.causal),
        span: places[0].span ?? (bands.has(kind) && picksQueries(places[0]) ? 'global' : undefined),
        form: places[0].form,
        node: places[0].op.node.name || places[0].op.node.outputs[0],
        places,
        iteration,
      };
    },
  );
  return { attentions, summary: describeAttention(attentions, graph), model, graph };
}

/** Pieces as one: the first with the others behind it. */
function wholeMatch({ matches: [first, ...others], along, turns, whole }: JoinedMatch): AttentionMatch {
  if (others.length === 0) return turns || whole ? { ...first, turns, whole } : first;
  const heads = along === 'heads' && first.heads ? first.heads * (others.length + 1) : first.heads;
  return { ...first, heads, further: { matches: others, along }, whole };
}

interface FoundMatch {
  readonly match: AttentionMatch;
  readonly kind: SiteKind;
  readonly pooling: boolean;
}

/**
 * Without the head that sums a sequence up (SigLIP's), where a configuration says how many layers there are and the others
 * are that many: it is none of the layers then, as transformers has it.
 */
function withoutPooling(found: readonly FoundMatch[], layers: number | undefined): readonly FoundMatch[] {
  const others = found.filter(f => !f.pooling);
  return layers !== undefined && others.length >= layers ? others : found;
}

interface Candidate {
  readonly kind: SiteKind;
  readonly places: AttentionMatch[];
  readonly iteration?: number;
}

/** A loop over layers that runs a fixed number of times computes as many attentions. */
function unrolledLoops(candidates: readonly Candidate[]): Candidate[] {
  return candidates.flatMap(candidate => {
    const loop = candidate.places[0].op.scope.owner?.op;
    const times = loop?.node.type === 'Loop' ? loop.inputs[0]?.elements?.[0] : undefined;
    if (candidate.places[0].turns || typeof times !== 'number' || times < 1 || times > 256) return [candidate];
    return Array.from({ length: times }, (_, iteration) => ({ ...candidate, iteration }));
  });
}

function lastOfStages(candidates: readonly Candidate[], stages: readonly number[] | undefined): readonly Candidate[] {
  const ends = stages?.map((_, i) => stages.slice(0, i + 1).reduce((a, b) => a + b, 0) - 1);
  if (!ends || ends.at(-1) !== candidates.length - 1 || candidates.some(c => c.kind !== 'self')) return candidates;
  return ends.map(end => candidates[end]);
}

/** Merged decoders hold everything twice, once in each branch of an `If`: the n-th of a kind there is the same layer. */
function joinBranches(found: readonly FoundMatch[]): Candidate[] {
  const sites: (Candidate & { op?: Op; body?: string })[] = [];
  const counted = new Map<string, number>();
  found.forEach(({ match, kind }) => {
    const owner = match.op.scope.owner;
    if (owner?.op.node.type === 'If') {
      const key = `${kind} ${owner.op.order} ${owner.attribute}`;
      const n = counted.get(key) ?? 0;
      counted.set(key, n + 1);
      const twins = sites.filter(s => s.kind === kind && s.op === owner.op);
      const twin = owner.attribute === twins[0]?.body ? undefined : twins[n];
      if (twin) {
        twin.places.push(match);
        return;
      }
      sites.push({ kind, places: [match], op: owner.op, body: owner.attribute });
      return;
    }
    sites.push({ kind, places: [match] });
  });
  return sites;
}
