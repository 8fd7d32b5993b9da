/**
 * How long the measures of all heads take: as many heads as GPT-2 small has, 144, on 512 tokens of text. Processor time
 * of one core, so that what else the machine does counts for nothing.
 */
import type { LayerHeads } from '../../core/attention/attentionMatrix';
import { attentionRollout } from '../../core/attention/measures/attentionRollout';
import { pairwiseDistances } from '../../core/attention/measures/pairwiseDistances';
import { headProducts, transformedNorms, valueShares } from '../../core/attention/measures/transformedNorms';
import { summarizeHeads } from '../../core/attention/measures/summarizeHeads';
import { lineGroups, sumByGroup } from '../../core/attention/sumByGroup';
import { textFacts } from '../../core/attention/textFacts';
import { codeOf } from './codeOf';

const tokens = 512;
const dimensions = 64;
let seed = 1;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;

/** Rows as a softmax gives them: some peaks, much that is small. */
function layerOf(layer: number, n: number, heads = 12): LayerHeads {
  const data = new Float32Array(heads * n * n);
  for (let row = 0; row < heads * n; row++) {
    const visible = (row % n) + 1;
    const values = data.subarray(row * n, row * n + visible);
    let sum = 0;
    for (let key = 0; key < visible; key++) sum += values[key] = Math.exp(6 * random() ** 3);
    for (let key = 0; key < visible; key++) values[key] /= sum;
  }
  return { layer, heads, queries: n, keys: n, causal: true, sameSequence: true, data };
}

function time<T>(what: string, work: () => T): { result: T; ms: number } {
  const times: number[] = [];
  let result: T | undefined;
  for (let i = 0; i < 3; i++) {
    const started = process.cpuUsage();
    result = work();
    times.push(process.cpuUsage(started).user / 1000);
  }
  const ms = times.sort((a, b) => a - b)[1];
  console.log(`${what.padEnd(58)} ${ms.toFixed(0).padStart(6)} ms`);
  return { result: result as T, ms };
}

const layers = Array.from({ length: 12 }, (_, layer) => layerOf(layer, tokens));
const { text, tokens: list } = codeOf(tokens);
console.log(`144 heads, ${tokens} tokens, median of 3, processor time`);
const values = Float32Array.from({ length: 12 * tokens * dimensions }, () => random() - 0.5);
const projection = { outputs: 768, data: Float32Array.from({ length: 768 * 768 }, () => random() - 0.5) };
const products = headProducts(projection, 12, dimensions);
const normsOfLayer = () => transformedNorms({ heads: 12, keys: tokens, dimensions, data: values }, products);
const all = [
  time('entropy, distance, ten masses, labels', () => summarizeHeads(layers, textFacts(text, list))),
  time('Jensen-Shannon distances of all pairs', () => pairwiseDistances(layers)),
  time('rollout of all queries', () =>
    layers.reduce<Float64Array | undefined>((before, layer) => attentionRollout(before, layer), undefined),
  ),
  time('norms of all layers’ values, projected', () => layers.map(normsOfLayer)),
].reduce((sum, { ms }) => sum + ms, 0);
console.log(`${'together (the goal: 1,000 ms)'.padEnd(58)} ${all.toFixed(0).padStart(6)} ms`);

const facts = textFacts(text, list);
const { result: distances } = time('every query of 4 heads compared', () =>
  pairwiseDistances([{ ...layers[0], heads: 4, data: layers[0].data.subarray(0, 4 * tokens * tokens) }]),
);
console.log(`  of ${distances.queries} queries`);
time('once a model: what norms need of one layer’s projection', () => headProducts(projection, 12, dimensions));
const { result: norms } = time('norms of one layer’s values, projected', normsOfLayer);
time('one layer’s parts of a row by them', () => valueShares(layers[0], norms));
time('one head by lines', () =>
  sumByGroup({ ...layers[0], data: layers[0].data.subarray(0, tokens * tokens) }, lineGroups(facts)),
);
