import type { Mechanism } from './mechanism';
import { SeededNumbers } from './seededNumbers';
import { costOfSome } from './slidingWindow';
import { ownPlace, softmaxRows } from './softmaxRows';

/**
 * BigBird's blocks (Zaheer et al. 2020, section 2): queries of a block see the keys of the first block, of their own, of
 * its neighbours and of one more at random. A causal head has no next block, and draws among those before. The first
 * block's queries see everything, as global tokens do. For each block of queries in its order one number is drawn.
 */
export const blockSparse: Mechanism<'blocks'> = {
  id: 'blocks',
  name: ({ block }) => `block-sparse ${block}`,
  formula: 'softmax over some blocks of keys',
  words: (_, causal) => (causal ? 'first, own, previous, 1 random' : 'first, own, 2 beside, 1 random'),
  note: 'Blocks of keys rather than single ones, as hardware likes it: the first for all, the neighbours, and one drawn at random.',
  source: 'Zaheer et al. 2020',
  parameters: [
    { id: 'block', name: 'block', value: 4, least: 1, most: 1024 },
    { id: 'seed', name: 'seed', value: 1, least: 0, most: 9999 },
  ],
  takesTemperature: true,
  rows: (inputs, { block, seed }) => {
    const { causal, keys } = inputs;
    const blocks = Math.ceil(keys.rows / block);
    const drawn = randomBlocks(blocks, causal, seed);
    return softmaxRows(inputs, undefined, (query, key) => {
      const own = Math.floor(ownPlace(inputs, query) / block);
      const there = Math.floor(key / block);
      return own === 0 || there === 0 || Math.abs(there - own) <= 1 || there === drawn[own];
    });
  },
  cost: (n, d, { block }, causal) => {
    const { multiplyAdds, bytes } = costOfSome(n, d, (causal ? 4 : 5) * block);
    // The first block's queries see all the rest, too.
    const more = causal ? 0 : Math.min(n, block) * Math.max(0, n - 5 * block);
    return { multiplyAdds: multiplyAdds + 2 * more * d, bytes: bytes + 4 * more };
  },
  bytesOf: 'scores',
  grows: 'n',
};

/** For each block of queries a block of keys that it does not see in any case; −1 where there is none. */
function randomBlocks(blocks: number, causal: boolean, seed: number): Int32Array {
  const numbers = new SeededNumbers(seed);
  return Int32Array.from({ length: blocks }, (_, own) => {
    const part = numbers.uniform();
    const others = [];
    for (let other = 1; other < (causal ? own : blocks); other++) {
      if (Math.abs(other - own) > 1) others.push(other);
    }
    return others[Math.floor(part * others.length)] ?? -1;
  });
}
