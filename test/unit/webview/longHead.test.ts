import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { readRegion } from '../../../core/attention/region/readRegion';
import type { HeadRegion } from '../../../core/attention/region/headRegion';
import { type HeadMatrix, rowRegion, weightAt } from '../../../webview/run/headMatrix';
import { isLong, LongHead } from '../../../webview/run/longHead';

const size = 3000;
const address = { kind: 'self', layer: 0, head: 0 } as const;
/** Each query looks at the key half as far along. */
const row = (query: number) => Float32Array.from({ length: size }, (_, key) => (key === query >> 1 ? 1 : 0));
const data = new Float32Array(size * size);
for (let query = 0; query < size; query++) data[query * size + (query >> 1)] = 1;
const thumbnail: HeadMatrix = {
  queries: size,
  keys: size,
  rows: 1,
  columns: 1,
  exact: false,
  data: Float32Array.of(1),
};

function open() {
  const asked: HeadRegion[] = [];
  const cancelled: HeadRegion[] = [];
  const failures: unknown[] = [];
  let changes = 0;
  const long = new LongHead(
    address,
    thumbnail,
    (_, region, signal) => {
      asked.push(region);
      signal.addEventListener('abort', () => cancelled.push(region));
      return Promise.resolve().then(() => readRegion({ queries: size, keys: size, data }, region));
    },
    failure => {
      if (failure) failures.push(failure);
      changes++;
    },
  );
  return { long, asked, cancelled, failures, changes: () => changes };
}

const whole = { query: 0, key: 0, queries: size, keys: size };
const settled = () => new Promise(resolve => setTimeout(resolve, 80));

describe('LongHead', () => {
  it('is for matrices that are not fetched whole', () => {
    assert.equal(isLong({ queries: 1024, keys: 1024 }), false);
    assert.equal(isLong({ queries: 1500, keys: 1500 }), true);
  });

  it('fetches the whole pooled to about a thousand a side, and loses no peak', async () => {
    const { long, asked, changes } = open();
    await settled();
    assert.deepEqual(asked, [], 'nothing before it is looked at');
    long.see(whole, 600, 600);
    long.see(whole, 600, 600);
    await settled();
    assert.deepEqual(asked, [{ firstQuery: 0, queries: size, firstKey: 0, keys: size, factor: 3, unseen: true }]);
    assert.equal(long.matrix.rows, 1000);
    assert.equal(long.matrix.exact, false);
    assert.equal(weightAt(long.matrix, 2999, 1499), 1);
    assert.equal(weightAt(long.matrix, 2999, 10), 0);
    assert.equal(changes(), 1);
    // No query looks at the second half of the keys.
    assert.deepEqual(
      [1498, 1499, 1500, 2999].map(key => long.matrix.hidden?.[key]),
      [0, 0, 1, 1],
    );
  });

  it('fetches the part that is zoomed into once, in the detail that its pixels can show', async () => {
    const { long, asked } = open();
    long.see(whole, 600, 600);
    await settled();
    const region = { query: 600, key: 300, queries: 300, keys: 300 };
    long.see(region, 600, 600);
    long.see(region, 600, 600);
    await settled();
    long.see({ ...region, query: 650 }, 600, 600);
    assert.equal(asked.length, 2);
    assert.deepEqual(asked[1], { firstQuery: 450, queries: 600, firstKey: 150, keys: 600, factor: 1 });
    assert.equal(long.weight(700, 350), 1);
    assert.equal(long.weight(700, 351), 0);
    assert.equal(long.weight(2900, 1450), undefined);
    // All of it in sight again needs nothing more.
    long.see(whole, 600, 600);
    assert.equal(asked.length, 2);
  });

  it('gives up a part that is no longer looked at', async () => {
    const { long, asked, cancelled } = open();
    long.see(whole, 600, 600);
    await settled();
    long.see({ query: 0, key: 0, queries: 300, keys: 300 }, 600, 600);
    long.see({ query: 2000, key: 2000, queries: 300, keys: 300 }, 600, 600);
    assert.deepEqual(cancelled, [asked[1]]);
    await settled();
    assert.equal(long.matrix.detail?.firstQuery, 1850);
  });

  it('fetches the row that the pointer rests on, and what is asked for another purpose beside it', async () => {
    const { long, asked } = open();
    const { part } = long.matrix;
    for (const query of [5, 6, 7]) assert.equal(part?.('row', rowRegion(long.matrix, query)), undefined);
    assert.equal(part?.('token', { ...rowRegion(long.matrix, 9), keys: 1 }), undefined);
    await settled();
    assert.deepEqual(asked, [rowRegion(long.matrix, 7), { ...rowRegion(long.matrix, 9), keys: 1 }]);
    assert.deepEqual(part?.('row', rowRegion(long.matrix, 7))?.data, row(7));
    assert.equal(long.weight(7, 3), 1);
    assert.equal(asked.length, 2);
  });

  describe('where a part cannot be had', () => {
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
    afterEach(() => mock.timers.reset());

    /** A head of which every part is refused until `there` is true. */
    function refused() {
      const state = { there: false, asked: [] as HeadRegion[], told: [] as string[] };
      const long = new LongHead(
        address,
        thumbnail,
        (_, region) => {
          state.asked.push(region);
          return state.there
            ? Promise.resolve(readRegion({ queries: size, keys: size, data }, region))
            : Promise.reject(new Error('gone'));
        },
        failure => state.told.push(failure instanceof Error ? failure.message : 'there'),
      );
      return { long, state };
    }
    const pass = async (milliseconds: number) => {
      mock.timers.tick(milliseconds);
      await new Promise(setImmediate);
    };

    it('asks for the whole again, though nothing else is looked at', async () => {
      const { long, state } = refused();
      long.see(whole, 600, 600);
      await pass(0);
      assert.deepEqual(state.told, ['gone']);
      state.there = true;
      long.see(whole, 600, 600);
      await pass(999);
      assert.equal(state.asked.length, 1, 'not at once');
      await pass(1);
      assert.deepEqual(state.told, ['gone', 'there']);
      assert.equal(long.matrix.rows, 1000);
      long.dispose();
    });

    it('asks for the row again that is still wanted, and for no other', async () => {
      const { long, state } = refused();
      const [first, second] = [5, 7].map(query => rowRegion(long.matrix, query));
      long.matrix.part?.('row', first);
      await pass(40);
      long.matrix.part?.('row', second);
      await pass(40);
      assert.deepEqual(state.asked, [first, second]);
      state.there = true;
      await pass(1000);
      assert.deepEqual(state.asked, [first, second, second]);
      assert.deepEqual(long.matrix.part?.('row', second)?.data, row(7));
      assert.deepEqual(state.told, ['gone', 'gone', 'there']);
      long.dispose();
    });

    it('asks for the part that is zoomed into again', async () => {
      const { long, state } = refused();
      state.there = true;
      long.see(whole, 600, 600);
      await pass(0);
      state.there = false;
      const region = { query: 600, key: 300, queries: 300, keys: 300 };
      long.see(region, 600, 600);
      await pass(0);
      state.there = true;
      await pass(1000);
      assert.equal(long.weight(700, 350), 1);
      long.dispose();
    });

    it('waits twice as long each time, and gives up at last', async () => {
      const { long, state } = refused();
      long.see(whole, 600, 600);
      await pass(0);
      for (const wait of [1000, 2000, 4000, 8000, 16_000, 32_000]) {
        await pass(wait - 1);
        const { length } = state.asked;
        await pass(1);
        assert.equal(state.asked.length, Math.min(5, length + 1), `after ${wait} ms`);
      }
      long.dispose();
    });
  });

  it('says why a part cannot be had, and nothing once it was let go', async () => {
    const failures: unknown[] = [];
    const fails = new LongHead(
      address,
      thumbnail,
      () => Promise.reject(new Error('gone')),
      failure => failures.push(failure),
    );
    fails.see(whole, 600, 600);
    await settled();
    assert.match(String(failures), /gone/);
    const silent = open();
    silent.long.see(whole, 600, 600);
    silent.long.dispose();
    await settled();
    assert.equal(silent.changes(), 0);
    fails.dispose();
  });
});
