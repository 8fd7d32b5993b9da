import type { AttentionSite } from './findAttention';
import type { LinkedGraph } from '../graph/linkedGraph';
import { ownOutput } from './ownOutput';

/** What was found, in words for a status bar or a message. */
export function describeAttention(attentions: readonly AttentionSite[], graph: LinkedGraph): string {
  if (attentions.length === 0) return `${instead(graph)}, no attention`;
  const groups = new Map<string, AttentionSite[]>();
  for (const site of attentions) {
    const name = `${site.heads ?? '?'} ${naming(site)}`;
    groups.set(name, [...(groups.get(name) ?? []), site]);
  }
  return [...groups.values()]
    .map(sites => {
      const [{ heads }] = sites;
      const ofLayers = layersOf(sites);
      const count = ofLayers.length;
      const layers = `${count} ${count === 1 ? 'layer' : 'layers'}`;
      const parted = ofLayers.filter(parts => parts.length > 1);
      const parts = [...new Set(parted.map(({ length }) => length))].map(
        size => `, ${parted.filter(({ length }) => length === size).length} of them in ${size} parts`,
      );
      const what = heads === undefined ? '' : ` × ${heads} ${heads === 1 ? 'head' : 'heads'}`;
      return `${layers}${what} of ${naming(sites[0])}${parts.join('')}${givenAs(sites)}`;
    })
    .join(', ');
}

/** By which names the file itself gives the probabilities of layers, where it does. */
function givenAs(sites: readonly AttentionSite[]): string {
  const names = sites.flatMap(site => ownOutput(site) ?? []);
  if (names.length === 0) return '';
  const list = names.length > 2 ? `${names[0]} to ${names[names.length - 1]}` : names.join(' and ');
  const some = names.length < sites.length ? `${names.length} of them ` : '';
  return ` (${some}given by the file itself as ${list})`;
}

/** Blocks or windows of several sizes are parts of one layer. */
function layersOf(sites: readonly AttentionSite[]): AttentionSite[][] {
  const layers = new Map<unknown, AttentionSite[]>();
  for (const site of sites) {
    const whole = site.places[0].whole ?? site;
    layers.set(whole, [...(layers.get(whole) ?? []), site]);
  }
  return [...layers.values()];
}

function naming(site: AttentionSite): string {
  const span = site.span === 'band' ? 'sliding-window ' : site.span === 'global' ? 'global ' : '';
  switch (site.kind) {
    case 'self':
      if (span) return `${span}self-attention`;
      return site.causal ? 'causal self-attention' : 'self-attention';
    case 'encoder':
      return `${span}encoder self-attention`;
    case 'decoder':
      return `${span}decoder self-attention`;
    case 'cross':
      return 'cross-attention';
  }
}

/** What the graph mostly is made of: its recurrent or convolutional nodes, or all of them. */
function instead(graph: LinkedGraph): string {
  const counts = new Map<string, number>();
  for (const op of graph.ops) counts.set(op.node.type, (counts.get(op.node.type) ?? 0) + 1);
  for (const type of [
    'LSTM',
    'GRU',
    'RNN',
    'Conv',
    'TreeEnsembleClassifier',
    'TreeEnsembleRegressor',
    'Gemm',
    'MatMul',
    'MatMulInteger',
  ]) {
    const count = counts.get(type);
    if (count) return `${count} ${type} ${count === 1 ? 'node' : 'nodes'}`;
  }
  const nodes = graph.ops.length;
  return `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`;
}
