import type { Mechanism } from './mechanism';
import { costOfSome, windowStart } from './slidingWindow';
import { softmaxRows } from './softmaxRows';

/** StreamingLLM (Xiao et al. 2024, "Efficient Streaming Language Models with Attention Sinks"): a sliding window, and the first keys, which never go. */
export const attentionSinks: Mechanism<'sinks'> = {
  id: 'sinks',
  name: ({ sinks, window }) => `sinks ${sinks} + window ${window}`,
  formula: 'softmax over the first keys and those near q',
  words: ({ sinks }) => (sinks === 0 ? 'no sink' : sinks === 1 ? 'first key stays' : `first ${sinks} keys stay`),
  note: 'Heads put what they have no use for on the first tokens, the sinks: a window that keeps them stays close to the head where a bare window does not.',
  source: 'Xiao et al. 2024',
  parameters: [
    { id: 'sinks', name: 'sinks', value: 1, least: 0, most: 64 },
    { id: 'window', name: 'window', value: 8, least: 1, most: 4096 },
  ],
  takesTemperature: true,
  rows: (inputs, { sinks, window }) =>
    softmaxRows(inputs, undefined, (query, key) => {
      const start = windowStart(inputs, query, window);
      return key < sinks || (key >= start && key < start + window);
    }),
  cost: (n, d, { sinks, window }) => costOfSome(n, d, sinks + window),
  bytesOf: 'scores',
  grows: 'n',
};
