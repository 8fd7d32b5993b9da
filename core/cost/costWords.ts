import { formatBytes } from '../models/formatBytes';
import type { CostFits, Crossing } from './costFits';
import type { Fit } from './leastSquares';
import { cacheBytes, type CostPlan, type MeasuredCost, type Spread } from './lengthCost';

/** Milliseconds: "0.042 ms", "3.1 ms", "640 ms", "1.9 s". */
export function formatTime(milliseconds: number): string {
  if (Math.abs(milliseconds) >= 1000) return `${three(milliseconds / 1000)} s`;
  return `${three(milliseconds)} ms`;
}

/** From quartile to quartile: "0.15–0.18 ms", "900 ms–1.2 s". */
export function formatRange({ low, high }: Pick<Spread, 'low' | 'high'>): string {
  const [from, to] = [formatTime(low), formatTime(high)];
  const unit = to.slice(to.indexOf(' '));
  return `${from.endsWith(unit) && from.indexOf(' ') === from.length - unit.length ? from.slice(0, -unit.length) : from}–${to}`;
}

/** A whole number with its thousands marked. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A polynomial over the length n: "2.1e-5 n² + 0.0031 n + 0.2". */
export function formulaOf({ coefficients }: Fit): string {
  return coefficients
    .map((coefficient, power) => ({ coefficient, of: ['', ' n', ' n²'][power] }))
    .reverse()
    .map(({ coefficient, of }, i) => {
      const sign = coefficient < 0 ? '−' : i > 0 ? '+' : '';
      return `${i > 0 ? ` ${sign} ` : sign}${three(Math.abs(coefficient))}${of}`;
    })
    .join('');
}

/** Where attention passes the rest, in a sentence. */
export function crossingWords(crossing: Crossing, { context }: CostPlan): string {
  switch (crossing.kind) {
    case 'measured':
      return `Measured: attention takes longer than the rest from between ${formatCount(crossing.from)} and ${formatCount(crossing.to)} tokens on.`;
    case 'extrapolated':
      return `Extrapolated, not measured: attention would take longer than the rest from about ${formatCount(crossing.at)} tokens on${crossing.at > context ? `, beyond the ${formatCount(context)} that the model reads` : ''}.`;
    case 'before':
      return 'Measured: attention takes longer than the rest at every length.';
    case 'never':
      return 'By these fits attention does not come to take longer than the rest, up to a thousand times the longest text measured.';
  }
}

/** Which of the two fits of attention's time tells lengths better that it was not fitted to, in a sentence. */
export function betterFit({ attention: { linear, quadratic } }: CostFits): string | undefined {
  if (!linear || !quadratic || !(linear.leftOut >= 0) || !(quadratic.leftOut >= 0)) return undefined;
  const isQuadratic = quadratic.leftOut < linear.leftOut;
  return `Of attention’s two, the ${isQuadratic ? 'quadratic' : 'linear'} one tells a length that it was not fitted to better.`;
}

/** What the cache takes: what it is made of, and at which lengths how much. */
export function cacheRows({ cache, context, part }: CostPlan, now: number): readonly (readonly [string, string])[] {
  if (typeof cache === 'string') return [];
  const { layers, heads, headSize, type, numberBytes, tokenBytes, sourceTokenBytes } = cache;
  return [
    [
      'a token',
      `${formatCount(tokenBytes)} bytes = 2 × ${layers} layers × ${heads} heads × ${headSize} × ${numberBytes} (${type})`,
    ],
    ...(part === undefined ? [[`n = ${formatCount(now)} now`, bytesOf(cacheBytes(cache, now))] as const] : []),
    [`${formatCount(context)}, the full context`, bytesOf(cacheBytes(cache, context))],
    ...(sourceTokenBytes === undefined
      ? []
      : [['a token of the source', `${formatCount(sourceTokenBytes)} bytes, of the cross-attention`] as const]),
  ];
}

/** Bytes in a word: "928 bytes", "3.1 MB". */
export function bytesOf(bytes: number): string {
  return bytes < 1000 ? `${Math.round(bytes)} bytes` : formatBytes(bytes);
}

/** How it was measured, and what that leaves out. */
export function methodWords({ plan, points }: MeasuredCost): readonly string[] {
  const nodes = points.at(-1)?.nodes;
  return [
    `${plan.machine}, as many threads as that takes by itself; whatever else runs on the machine slows it down. One text at a time (this one, over and over), all of it at once, without a cache, the logits of every position with it${plan.part === undefined ? '' : `; of the model its ${plan.part} alone`}.`,
    `Times by ONNX Runtime’s own profile of the model’s file as it is. Attention’s are the nodes that read or write a number for each pair of positions (scores, masks, softmax, weights × values), and fused attention as a whole; projections are of the rest${nodes ? `: ${formatCount(nodes.attention)} and ${formatCount(nodes.rest)} nodes` : ''}. A node counts with its median over the runs, marks reach from quartile to quartile.`,
    'The profile itself takes some microseconds for each node, which short texts show: “whole” is the pass without it.',
    'Memory is the most that the runtime’s allocator held beyond the weights while nodes of each ran; what is inside a fused node does not show in it. Scores and cache are computed, from the sizes in the graph.',
  ];
}

/** A number in three digits. */
export function three(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e5 ? value.toExponential(1) : String(Number(value.toPrecision(size >= 1000 ? 4 : 3)));
}
