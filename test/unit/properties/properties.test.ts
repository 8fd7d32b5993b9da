import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import 'vscode-jsonrpc/node';
import { RequestType } from 'vscode-jsonrpc';
import type { LayerHeads } from '../../../core/attention/attentionMatrix';
import { headOf } from '../../../core/attention/attentionMatrix';
import { attentionRollout } from '../../../core/attention/measures/attentionRollout';
import { jensenShannon } from '../../../core/attention/measures/jensenShannon';
import { rowEntropy } from '../../../core/attention/measures/rowEntropy';
import { poolMaximum, pooledStart } from '../../../core/attention/poolMaximum';
import { withoutFirstKey } from '../../../core/attention/withoutFirstKey';
import { pathBelow } from '../../../core/paths/pathBelow';
import { connect } from '../../../core/protocol/messagePort';
import { csvField } from '../../../core/tables/csv';
import { alignTokens } from '../../../core/text/alignTokens';
import { followEdit } from '../../../core/text/followEdit';
import { plainLine } from '../../../core/text/plainLine';
import { tokenAt } from '../../../core/text/tokenAt';
import { HostConnection } from '../../../webview/common/hostConnection';
import { recordedFamilies, TestTokenizer } from '../text/tokenizerFixtures';

/** A layer's attention as softmax gives it: each row sums to 1 over what it sees. */
const layers = fc
  .record({
    heads: fc.integer({ min: 1, max: 3 }),
    size: fc.integer({ min: 1, max: 12 }),
    causal: fc.boolean(),
    seed: fc.infiniteStream(fc.float({ min: -30, max: 30, noNaN: true })),
  })
  .map(({ heads, size, causal, seed }): LayerHeads => {
    const data = new Float32Array(heads * size * size);
    for (let row = 0; row < heads * size; row++) {
      const visible = causal ? (row % size) + 1 : size;
      const scores = Array.from({ length: visible }, () => Math.exp(seed.next().value as number));
      const sum = scores.reduce((all, each) => all + each, 0);
      data.set(
        scores.map(each => each / sum),
        row * size,
      );
    }
    return { layer: 0, heads, queries: size, keys: size, causal, sameSequence: true, data };
  });

/** Any text, halves of characters among it. */
const texts = fc.string({ unit: 'binary', maxLength: 200 });

const rowsOf = (data: Float32Array | Float64Array, keys: number) =>
  Array.from({ length: data.length / keys }, (_, row) => data.subarray(row * keys, (row + 1) * keys));
const sumOf = (row: ArrayLike<number>) => Array.from(row).reduce((sum, each) => sum + each, 0);

describe('what holds for all attention', () => {
  it('a thumbnail keeps every peak: each cell is the largest of its block, and blocks leave nothing out', () =>
    fc.assert(
      fc.property(layers, fc.integer({ min: 1, max: 12 }), ({ queries, keys, data }, limit) => {
        const head = data.subarray(0, queries * keys);
        const pooled = poolMaximum(head, queries, keys, limit);
        assert.ok(pooled.rows <= limit && pooled.columns <= limit);
        const seen = new Float32Array(pooled.data.length).fill(-Infinity);
        for (let row = 0; row < queries; row++) {
          for (let key = 0; key < keys; key++) {
            const block = (at: number, length: number, cells: number) =>
              Array.from({ length: cells }, (_, cell) => cell).findLast(
                cell => pooledStart(cell, length, cells) <= at,
              )!;
            const cell = block(row, queries, pooled.rows) * pooled.columns + block(key, keys, pooled.columns);
            seen[cell] = Math.max(seen[cell], head[row * keys + key]);
          }
        }
        assert.deepEqual(pooled.data, seen);
      }),
    ));

  it('without the first key a row sums to 1, or has nothing', () =>
    fc.assert(
      fc.property(layers, ({ keys, data }) => {
        for (const row of rowsOf(withoutFirstKey(data, keys), keys)) {
          assert.equal(row[0], 0);
          const sum = sumOf(row);
          assert.ok(sum === 0 || Math.abs(sum - 1) < 1e-5, `${sum}`);
        }
      }),
    ));

  it('entropy is a part of what is possible, or not told', () =>
    fc.assert(
      fc.property(layers, layer => {
        const entropy = rowEntropy(headOf(layer, 0));
        if (layer.queries === 1) assert.equal(entropy, undefined);
        else assert.ok(entropy! >= 0 && entropy! <= 1, `${entropy}`);
      }),
    ));

  it('the rows of a rollout sum to 1 over any number of layers, and none looks ahead in causal ones', () =>
    fc.assert(
      fc.property(layers, fc.integer({ min: 1, max: 5 }), (layer, times) => {
        let rollout: Float64Array | undefined;
        for (let i = 0; i < times; i++) rollout = attentionRollout(rollout, layer);
        for (const [query, row] of rowsOf(rollout!, layer.keys).entries()) {
          assert.ok(Math.abs(sumOf(row) - 1) < 1e-5);
          if (layer.causal) assert.equal(sumOf(row.subarray(query + 1)), 0);
        }
      }),
    ));

  it('the divergence of two rows is alike from both sides, 0 of a row with itself, 1 at most', () =>
    fc.assert(
      fc.property(layers, ({ keys, data }) => {
        const rows = rowsOf(data, keys);
        const [one, other] = [rows[0], rows.at(-1)!];
        const bits = jensenShannon(one, other);
        assert.ok(bits >= 0 && bits <= 1);
        assert.ok(Math.abs(bits - jensenShannon(other, one)) < 1e-12);
        assert.equal(jensenShannon(one, one), 0);
      }),
    ));
});

describe('what holds for all texts', () => {
  const families = recordedFamilies.map(name => TestTokenizer.recorded(name).family);

  it('tokens lie in the text, in order, whatever the pieces are, and each place has a token or none', () =>
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.record({ id: fc.nat(500), piece: texts, special: fc.boolean() }), { maxLength: 30 }),
        fc.constantFrom(...families),
        (text, pieces, family) => {
          const tokens = alignTokens(text, pieces, family);
          assert.equal(tokens.length, pieces.length);
          let at = 0;
          for (const { start, end } of tokens) {
            assert.ok(start >= 0 && start <= end && end <= text.length, `${start}–${end} of ${text.length}`);
            assert.ok(start >= at || start === end, `${start} before ${at}`);
            at = Math.max(at, start);
          }
          for (let offset = 0; offset <= text.length; offset++) {
            const index = tokenAt(tokens, offset);
            assert.ok(index === undefined || index in tokens);
          }
        },
      ),
    ));

  it('a stretch of a document stays in the document through every edit', () =>
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.nat(100),
        fc.nat(100),
        fc.array(fc.record({ at: fc.nat(200), length: fc.nat(50), text: texts }), { maxLength: 20 }),
        (before, length, after, edits) => {
          let span = { start: before, length };
          let size = before + length + after;
          for (const edit of edits) {
            const rangeOffset = Math.min(edit.at, size);
            const rangeLength = Math.min(edit.length, size - rangeOffset);
            size += edit.text.length - rangeLength;
            span = followEdit(span, { rangeOffset, rangeLength, text: edit.text });
            assert.ok(span.start >= 0 && span.length >= 0 && span.start + span.length <= size, JSON.stringify(span));
          }
        },
      ),
    ));

  it('a text from outside is one line', () =>
    fc.assert(
      fc.property(texts, text =>
        assert.doesNotMatch(plainLine(text), /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u),
      ),
    ));

  it('a field of a table is read back as it was, and is no formula', () =>
    fc.assert(
      fc.property(texts, fc.constantFrom('', '=', '+', '-', '@', '\t'), (text, first) => {
        const field = csvField(first + text);
        const read = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
        assert.ok(read === first + text || read === `'${first}${text}`);
        assert.ok(!/^[=+\-@\t\r]/.test(read) || Number.isFinite(Number(read)) || /Infinity/.test(read), read);
        assert.ok(field.startsWith('"') || !/[",\r\n]/.test(field));
      }),
    ));

  it('a path from outside lies below its folder on every system, or is refused with a reason', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          fc
            .array(fc.oneof(fc.constantFrom('..', '.', 'C:', 'con', 'a', 'b.', '~', ''), texts))
            .chain(parts => fc.constantFrom('/', '\\').map(separator => parts.join(separator))),
        ),
        name => {
          const parts = pathBelow(name);
          if (typeof parts === 'string') return;
          for (const system of [path.posix, path.win32]) {
            const folder = system === path.win32 ? 'C:\\models\\one' : '/models/one';
            const whole = system.resolve(folder, ...parts);
            assert.ok(whole.startsWith(folder + system.sep), whole);
          }
        },
      ),
    ));
});

describe('messages of any shape', () => {
  /** Messages that look like the protocol's, and others. */
  const messages = fc.oneof(
    fc.anything(),
    fc.record(
      {
        jsonrpc: fc.oneof(fc.constant('2.0'), fc.anything()),
        id: fc.oneof(fc.nat(5), fc.anything()),
        method: fc.oneof(fc.constantFrom('ask', '$/cancelRequest', '$/progress', 'gone'), fc.anything()),
        params: fc.anything(),
        result: fc.anything(),
        error: fc.oneof(fc.record({ code: fc.integer(), message: fc.string() }), fc.anything()),
      },
      { requiredKeys: [] },
    ),
  );

  it('from a webview do not keep the host from answering', async () => {
    const ask = new RequestType<number, number, void>('ask');
    await fc.assert(
      fc.asyncProperty(fc.array(messages, { maxLength: 10 }), async given => {
        let hear: (message: unknown) => void = () => undefined;
        const answers: { id?: unknown; result?: unknown }[] = [];
        const connection = connect({
          post: message => void answers.push(message as { id?: unknown }),
          onMessage: listener => {
            hear = listener;
            return { dispose: () => undefined };
          },
        });
        connection.onRequest(ask, value => value + 1);
        connection.listen();
        for (const message of given) hear(message);
        hear({ jsonrpc: '2.0', id: 'mine', method: 'ask', params: [41] });
        for (let i = 0; i < 200 && !answers.some(({ id }) => id === 'mine'); i++) {
          await new Promise(resolve => setImmediate(resolve));
        }
        connection.dispose();
        assert.equal(answers.find(({ id }) => id === 'mine')?.result, 42);
      }),
      { numRuns: 500 },
    );
  });

  it('from the host do not keep a webview from hearing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(messages, { maxLength: 10 }), async given => {
        let hear: (message: unknown) => void = () => undefined;
        const posted: { id?: number }[] = [];
        const connection = new HostConnection({
          post: message => void posted.push(message as { id?: number }),
          onMessage: listener => {
            hear = listener;
            return { dispose: () => undefined };
          },
        });
        connection.listen();
        const answer = connection.sendRequest(new RequestType<number, number, void>('ask'), 1);
        const id = posted.at(-1)?.id;
        for (const message of given) {
          // What a page hears at all (webview/common/rpc.ts), but for the answer itself.
          const isRpc = typeof message === 'object' && message !== null && 'jsonrpc' in message;
          if (isRpc && (message as { id?: unknown }).id !== id) hear(message);
        }
        hear({ jsonrpc: '2.0', id, result: 42 });
        assert.equal(await answer, 42);
      }),
      { numRuns: 500 },
    );
  });
});
