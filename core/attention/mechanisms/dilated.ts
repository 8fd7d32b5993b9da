import type { Mechanism } from './mechanism';
import { costOfSome, windowStart } from './slidingWindow';
import { softmaxRows } from './softmaxRows';

/** A window with gaps (Beltagy et al. 2020, section 3.1, "dilated sliding window"): `window` keys, each `step` from the next. */
export const dilated: Mechanism<'dilated'> = {
  id: 'dilated',
  name: ({ window, step }) => `dilated ${window}, step ${step}`,
  formula: 'softmax over every s-th key near q',
  words: ({ step }) => (step === 1 ? 'every key' : step === 2 ? 'every second key' : `one key in ${step}`),
  note: 'As many keys as the window, reaching farther; what falls into the gaps is not seen.',
  source: 'Beltagy et al. 2020',
  parameters: [
    { id: 'window', name: 'keys', value: 8, least: 1, most: 4096 },
    { id: 'step', name: 'step', value: 2, least: 1, most: 64 },
  ],
  takesTemperature: true,
  rows: (inputs, { window, step }) =>
    softmaxRows(inputs, undefined, (query, key) => {
      const from = key - windowStart(inputs, query, window, step);
      return from >= 0 && from < window * step && from % step === 0;
    }),
  cost: (n, d, { window }) => costOfSome(n, d, window),
  bytesOf: 'scores',
  grows: 'n',
};
