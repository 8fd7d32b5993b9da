import type { HeadInputs, Mechanism } from './mechanism';
import { ownPlace, softmaxRows } from './softmaxRows';

/** What scores of `seen` keys a query cost. */
export function costOfSome(n: number, d: number, seen: number) {
  const keys = Math.min(n, seen);
  return { multiplyAdds: 2 * n * keys * d, bytes: 4 * n * keys };
}

/** The first key of a window of `size` steps: it ends with the query's own key where the head is causal, else it lies around it. */
export function windowStart(inputs: HeadInputs, query: number, size: number, step = 1): number {
  const own = ownPlace(inputs, query);
  return own - step * (inputs.causal ? size - 1 : Math.floor(size / 2));
}

/** Where windows lie, for a note: in a head that looks at another sequence there is no key of a query's own. */
export function windowWords(causal: boolean, size: number): string {
  if (size === 1) return 'key q alone';
  return causal ? `keys q−${size - 1} … q` : `keys q−${Math.floor(size / 2)} … q+${Math.ceil(size / 2) - 1}`;
}

/** A softmax over the last keys only (Beltagy et al. 2020, "Longformer", section 3.1; Child et al. 2019): around the query where the head is not causal. */
export const slidingWindow: Mechanism<'window'> = {
  id: 'window',
  name: ({ window }) => `sliding window ${window}`,
  formula: 'softmax over keys near q',
  words: ({ window }, causal) => windowWords(causal, window),
  note: 'Each query sees only its neighbours, so the cost grows with the length and not with its square; what lies farther off is not seen at all.',
  source: 'Beltagy et al. 2020',
  parameters: [{ id: 'window', name: 'window', value: 8, least: 1, most: 4096 }],
  takesTemperature: true,
  rows: (inputs, { window }) =>
    softmaxRows(inputs, undefined, (query, key) => {
      const start = windowStart(inputs, query, window);
      return key >= start && key < start + window;
    }),
  cost: (n, d, { window }) => costOfSome(n, d, window),
  bytesOf: 'scores',
  grows: 'n',
};
