import assert from 'node:assert/strict';
import type { RequestType } from 'vscode-jsonrpc';
import { compareHeads } from '../../../core/attention/compare/compareHeads';
import { readCompared } from '../../../core/attention/region/readCompared';
import { RunRequest } from '../../../core/protocol/runProtocol';
import type { HeadRegion } from '../../../core/attention/region/headRegion';
import { type HeadPair, showPair, signedWeight, weightsOf } from '../../../webview/compare/headPair';
import type { RunHost } from '../../../webview/run/runHost';

const size = 2000;
const [one, other] = [
  { kind: 'self', layer: 0, head: 1 },
  { kind: 'self', layer: 3, head: 2 },
] as const;
/** The first looks at the key half as far along, the second at the first key. */
const matrixOf = (key: (query: number) => number) => {
  const data = new Float32Array(size * size);
  for (let query = 0; query < size; query++) data[query * size + key(query)] = 1;
  return { queries: size, keys: size, causal: true, sameSequence: true, data };
};
const [left, right] = [matrixOf(query => query >> 1), matrixOf(() => 0)];
const places = Array.from({ length: size }, (_, i) => ({ one: i, other: i }));

interface Wish {
  region: HeadRegion;
  distances?: boolean;
  ofPartner: boolean;
}

function open(length = size, [first, second] = [left, right]) {
  const asked: Wish[] = [];
  let sent = 0;
  const pairs: HeadPair[] = [];
  const failures: unknown[] = [];
  const abort = new AbortController();
  const host = {
    request: (type: RequestType<unknown, unknown, void>, wish: Wish) => {
      assert.equal(type.method, RunRequest.compared.method, 'only parts are asked for');
      asked.push(wish);
      const axis = places.slice(0, length);
      const read = readCompared(first, second, axis, axis, wish.region, wish.distances);
      sent += read.data.byteLength * 3;
      return Promise.resolve(read);
    },
  } as unknown as RunHost;
  const shown = showPair(
    { of: [one, other], ofPartner: true, queries: length, keys: length },
    host,
    abort.signal,
    pair => pairs.push(pair),
    error => failures.push(error),
  );
  return { shown, asked, pairs, failures, abort, sent: () => sent };
}

const settled = () => new Promise(resolve => setTimeout(resolve, 80));

describe('a pair of heads', () => {
  it('of a long text comes pooled, with the distances of all of it', async () => {
    const { shown, asked, pairs, sent } = open();
    await shown;
    assert.deepEqual(
      asked.map(({ region, distances, ofPartner }) => [region, distances, ofPartner]),
      [[{ firstQuery: 0, queries: size, firstKey: 0, keys: size, factor: 4 }, true, true]],
    );
    const [pair] = pairs;
    assert.deepEqual(pair.of, [one, other]);
    assert.ok(sent() <= 3 * 4 * 512 ** 2, `${sent()} bytes; two whole heads are ${2 * left.data.byteLength}`);
    const { one: rows, other: otherRows, ...distances } = compareHeads(left, right, places, places);
    assert.ok(rows.length === otherRows.length);
    assert.deepEqual(pair.distances, distances);
    assert.deepEqual(
      [pair.one, pair.other, pair.difference].map(({ rows: count, factor, exact }) => [count, factor, exact]),
      Array(3).fill([500, 4, false]),
    );
    // Row 499 stands for the last queries: the first head looks half way back, the second at the start.
    assert.deepEqual(
      [0, 249].map(column => pair.difference.data[499 * 500 + column]),
      [-1, 1],
    );
    assert.deepEqual(
      [0, 249].map(column => [pair.one.data[499 * 500 + column], pair.other.data[499 * 500 + column]]),
      [
        [0, 1],
        [1, 0],
      ],
    );
  });

  it('comes in the detail that a zoom can show, all three pictures at once; what is the same stays the same object', async () => {
    const { shown, asked, pairs } = open();
    await shown;
    const [before] = pairs;
    before.parts.see({ query: 0, key: 0, queries: size, keys: size }, 380, 380);
    assert.equal(asked.length, 1, 'the whole is fine enough');
    before.parts.see({ query: 1000, key: 400, queries: 200, keys: 200 }, 380, 380);
    await settled();
    assert.deepEqual(asked[1].region, { firstQuery: 900, queries: 400, firstKey: 300, keys: 400, factor: 1 });
    const after = pairs[pairs.length - 1];
    assert.notEqual(after.one, before.one);
    const at = (1001 - 900) * 400 + (500 - 300);
    assert.deepEqual(
      [after.one, after.other, after.difference].map(({ detail }) => detail?.data[at]),
      [1, 0, 1],
    );
    assert.equal(weightsOf(after, 1001, 500), undefined, 'not there yet');
    await settled();
    const told = pairs[pairs.length - 1];
    assert.deepEqual(weightsOf(told, 1001, 500), [1, 0]);
    assert.deepEqual(weightsOf(told, 1001, 0), [0, 1]);
    assert.deepEqual([told.one, told.other, told.difference], [after.one, after.other, after.difference]);
    assert.ok(told.one === after.one && told.other === after.other);
  });

  it('asks for nothing more once it is let go, and shows nothing where it was let go before', async () => {
    const { shown, asked, pairs, abort } = open();
    abort.abort();
    await shown;
    assert.deepEqual([asked.length, pairs.length], [1, 0]);
    const late = open();
    await late.shown;
    weightsOf(late.pairs[0], 5, 5);
    late.abort.abort();
    await settled();
    assert.equal(late.asked.length, 1);
  });

  it('of a short text has all numbers from the start', async () => {
    const small = (data: number[]) => ({
      queries: 2,
      keys: 2,
      causal: true,
      sameSequence: true,
      data: Float32Array.from(data),
    });
    const { shown, pairs, asked } = open(2, [small([1, 0, 0.25, 0.75]), small([1, 0, 1, 0])]);
    await shown;
    const [pair] = pairs;
    assert.deepEqual([...pair.difference.data], [0, 0, -0.75, 0.75]);
    assert.deepEqual(weightsOf(pair, 1, 0), [0.25, 1]);
    pair.parts.see({ query: 0, key: 0, queries: 1, keys: 1 }, 400, 400);
    await settled();
    assert.equal(asked.length, 1, 'nothing more is needed');
  });

  it('writes differences with their sign', () =>
    assert.deepEqual([-0.75, 0, 0.5, -1e-6].map(signedWeight), ['−0.75', '0', '+0.50', '<0.0001']));
});
