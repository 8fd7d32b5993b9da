import type { AttentionSite } from './findAttention';
import type { LinkedGraph } from '../graph/linkedGraph';

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
      const layers = `${sites.length} ${sites.length === 1 ? 'layer' : 'layers'}`;
      return heads === undefined
        ? `${layers} of ${naming(sites[0])}`
        : `${layers} × ${heads} ${heads === 1 ? 'head' : 'heads'} of ${naming(sites[0])}`;
    })
    .join(', ');
}

function naming(site: AttentionSite): string {
  switch (site.kind) {
    case 'self':
      return site.causal ? 'causal self-attention' : 'self-attention';
    case 'encoder':
      return 'encoder self-attention';
    case 'decoder':
      return 'decoder self-attention';
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
