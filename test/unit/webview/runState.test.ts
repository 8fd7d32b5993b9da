import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { informativeHead } from '../../../core/attention/informativeHead';
import { poolMaximum } from '../../../core/attention/poolMaximum';
import { readRegion } from '../../../core/attention/region/readRegion';
import type { RequestType } from 'vscode-jsonrpc';
import type { TokenRange } from '../../../core/protocol/attentionPanelProtocol';
import { PanelRequest, type PanelSelection, type TokenAddress } from '../../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../../core/protocol/runProtocol';
import type { AttentionGroup, AttentionTensor, Explanation, HeadAddress } from '../../../core/run/explanation';
import type { HeadRegion } from '../../../core/attention/region/headRegion';
import type { Token } from '../../../core/text/token';
import { showRanking } from '../../../webview/details/showRanking';
import { cellNote } from '../../../webview/run/cellNote';
import { RunState } from '../../../webview/run/runState';
import type { RunHost } from '../../../webview/run/runHost';

const tabs = [
  { id: 'matrix', heads: 'combined' },
  { id: 'lines', heads: 'each' },
] as const;

const words = (count: number): Token[] =>
  Array.from({ length: count }, (_, i) => ({ id: i, text: `w${i}`, start: i * 4, end: i * 4 + 2, special: false }));

/** Uniform attention, but for head 1 of layer 1: a third of a row back. */
function weights(address: HeadAddress, queries: number, keys: number): Float32Array {
  const data = new Float32Array(queries * keys);
  for (let query = 0; query < queries; query++) {
    for (let key = 0; key < keys; key++) {
      const peak = key === Math.floor(query / 3);
      data[query * keys + key] = address.layer === 1 && address.head === 1 ? (peak ? 1 : 0) : 1 / keys;
    }
  }
  return data;
}

function group(
  kind: AttentionGroup['kind'],
  queries: AttentionGroup['queries'],
  keys: AttentionGroup['keys'],
  q: number,
  k: number,
): AttentionGroup {
  const layers = [0, 1].map(layer => {
    const heads = [0, 1].map(head => poolMaximum(weights({ kind, layer, head }, q, k), q, k));
    const data = new Float32Array(heads.flatMap(head => Array.from(head.data)));
    return {
      layer,
      heads: 2,
      queries: q,
      keys: k,
      thumbnails: { rows: heads[0].rows, columns: heads[0].columns, data },
    };
  });
  return { kind, causal: false, queries, keys, layers, first: informativeHead(layers, queries === keys) };
}

function explanationOf(input: number, output?: number): Explanation {
  const groups =
    output === undefined
      ? [group('self', 'input', 'input', input, input)]
      : [
          group('encoder', 'input', 'input', input, input),
          group('decoder', 'output', 'output', output, output),
          group('cross', 'output', 'input', output, input),
        ];
  return {
    run: 'r',
    model: { id: 'm', architecture: 'x', dtype: 'q8', task: 'text-generation', contextLength: 512, found: '' },
    text: words(input)
      .map(({ text }) => text)
      .join('  '),
    tokens: words(input),
    output: output === undefined ? undefined : { text: '', tokens: words(output) },
    groups,
    predictions: [],
    predictionsOf: 'input',
    times: { load: 0, run: 1, total: 2 },
  };
}

/** The same of two texts, the second from token 2 on. */
function explanationOfPair(input: number): Explanation {
  const whole = explanationOf(input);
  const at = whole.tokens[2].start;
  return {
    ...whole,
    pair: { a: { start: 0, end: at }, b: { start: at, end: whole.text.length }, tokensOfB: 2 },
  };
}

/** The filter of a pair has a script of its own. */
async function loaded(): Promise<void> {
  await import('../../../webview/run/pairFilter');
  await new Promise(setImmediate);
}

class Host implements RunHost {
  color(): void {}

  readonly asked: HeadAddress[] = [];
  readonly hovered: (TokenAddress | undefined)[] = [];
  readonly selected: PanelSelection[] = [];

  constructor(private readonly size: number) {}

  request<Params, Result>(type: RequestType<Params, Result, void>, params: Params): Promise<Result> {
    if (type.method === PanelRequest.leaveOutFirst.method) return Promise.resolve(undefined as Result);
    if (type.method === RunRequest.measures.method) return Promise.resolve([] as Result);
    if (type.method === RunRequest.predictions.method) {
      const { first, count } = params as { first: number; count: number };
      return Promise.resolve(
        Array.from({ length: count }, (_, i) => [{ id: first + i, text: 'a', probability: 1 }]) as Result,
      );
    }
    if (type.method === RunRequest.effects.method) {
      const { heads } = params as { heads: readonly HeadAddress[] };
      return Promise.resolve(heads.map(({ layer, head }) => layer + head / 2) as Result);
    }
    if (type.method === RunRequest.reading.method) {
      const { layers, ...rest } = group('self', 'input', 'input', this.size, this.size);
      // Half of each weight, so that it can be told apart.
      const halved = layers.map(layer => ({
        ...layer,
        thumbnails: { ...layer.thumbnails, data: layer.thumbnails.data.map(weight => weight / 2) },
      }));
      return Promise.resolve({ group: { ...rest, layers: halved }, note: 'halved' } as Result);
    }
    const { address } = params as { address: HeadAddress };
    this.asked.push(address);
    const tensor: AttentionTensor = {
      shape: [1, 1, this.size, this.size],
      data: weights(address, this.size, this.size),
    };
    return Promise.resolve(tensor as Result);
  }

  hover(token: TokenAddress | undefined): void {
    this.hovered.push(token);
  }

  readonly brushes: (readonly TokenRange[] | undefined)[] = [];

  brush(ranges: readonly TokenRange[] | undefined): void {
    this.brushes.push(ranges);
  }

  select(selection: PanelSelection): void {
    this.selected.push(selection);
  }
}

function open(size: number, selection: PanelSelection = {}, output?: number) {
  const host = new Host(size);
  const state = new RunState(explanationOf(size, output), host, selection, tabs, () => undefined);
  return { host, state };
}

describe('RunState', () => {
  it('begins with the head that says most, from the last word', () => {
    const { state, host } = open(12);
    const head = { kind: 'self', layer: 1, head: 1 } as const;
    assert.deepEqual(state.choice, {
      head,
      heads: [head],
      combine: 'mean',
      order: 'layer',
      query: 11,
      scale: 'sqrt',
      view: 'matrix',
      reading: 'raw',
      withoutFirst: false,
      compare: {},
      cause: {},
      folded: {},
    });
    assert.equal(state.row[3], 1);
    assert.deepEqual(host.asked, [], 'the thumbnails of a short text are the numbers');
  });

  it('begins with what was chosen before, as far as the run has it', () => {
    const [head, other] = [
      { kind: 'self', layer: 0, head: 1 },
      { kind: 'self', layer: 1, head: 0 },
    ] as const;
    assert.deepEqual(
      open(12, { head, heads: [head, other], combine: 'maximum', order: 'induction', query: 2, scale: 'log' }).state
        .choice,
      {
        head,
        heads: [head, other],
        combine: 'maximum',
        order: 'induction',
        query: 2,
        scale: 'log',
        view: 'matrix',
        reading: 'raw',
        withoutFirst: false,
        compare: {},
        cause: {},
        folded: {},
      },
    );
    assert.deepEqual(
      open(12, { head, heads: [other] }).state.choice.heads,
      [head],
      'the leading head is one of the selected',
    );
    assert.deepEqual(open(12, { head: { kind: 'self', layer: 7, head: 0 }, query: 12 }).state.choice.query, 11);
  });

  it('shows of a pair attention from one text to one alone, and looks from a token of it', async () => {
    const changed: unknown[] = [];
    const host = new Host(6);
    const state = new RunState(
      explanationOfPair(6),
      host,
      { head: { kind: 'self', layer: 0, head: 0 }, query: 1 },
      tabs,
      () => changed.push(0),
    );
    await loaded();
    assert.equal(changed.length > 0, true, 'it is told when the filter is there');
    const whole = state.matrix;
    state.filterSentences('BA');
    assert.equal(state.title, 'Head 0.0, B → A');
    assert.equal(state.choice.query, 5, 'a token of B');
    assert.equal(host.selected.at(-1)?.sentences, 'BA');
    assert.deepEqual(Array.from(state.row), [1 / 6, 1 / 6, 0, 0, 0, 0].map(Math.fround));
    assert.equal(state.matrix, state.matrix, 'the same numbers are the same object');
    assert.equal(state.matrix.data[0], 0, 'A → A is left out');
    state.point({ query: 5, key: 4 });
    assert.equal(state.pointedWeight, Math.fround(1 / 6), 'what is pointed at is told whatever is left out');
    assert.match(cellNote(state.explanation, state.group, { query: 5, key: 1 }, 0.5).note, /B → A/);
    state.choose({ view: 'lines' });
    assert.equal(state.each[0].matrix.data[5 * 6 + 3], 0);
    state.filterSentences(undefined);
    assert.deepEqual(state.matrix, whole);
    const again = new RunState(explanationOfPair(6), host, { sentences: 'AB' }, tabs, () => undefined);
    await loaded();
    assert.equal(again.sentenceWords, 'A → B', 'it comes back after a reload');
    assert.equal(open(6, { sentences: 'AB' }).state.sentenceWords, '', 'one text has none');
  });

  it('shows a long text pooled until its numbers are there', async () => {
    const { state, host } = open(100);
    assert.equal(state.matrix.exact, false);
    assert.equal(state.exactRow, undefined);
    assert.equal(state.matrix.rows, 64);
    await new Promise(setImmediate);
    assert.equal(state.matrix.exact, true);
    assert.equal(state.exactRow?.[33], 1);
    assert.equal(host.asked.length, 1);
  });

  it('shows the row under the pointer, unless one is locked', () => {
    const { state, host } = open(12);
    state.point({ query: 4, key: 1 });
    assert.equal(state.shownQuery, 4);
    assert.equal(state.pointedWeight, 1);
    assert.deepEqual(host.hovered.at(-1), { sequence: 'input', index: 4 });
    state.point(undefined);
    assert.equal(state.shownQuery, 11);
    assert.equal(host.hovered.at(-1), undefined);
    state.click(6);
    state.point({ query: 4, key: 1 });
    assert.equal(state.shownQuery, 6);
    state.click(6);
    assert.equal(state.locked, false);
  });

  it('chooses the row that the keyboard moves to, and says the cell', () => {
    const { state, host } = open(12);
    state.move({ query: 9, key: 3 });
    assert.equal(state.choice.query, 9);
    assert.equal(state.said, 'query 9 w9, key 3 w3, weight 1.00');
    assert.equal(host.selected.at(-1)?.query, 9);
    state.toggleLock();
    state.move({ query: 3, key: 3 });
    assert.equal(state.choice.query, 9);
  });

  it('goes round all heads', () => {
    const { state } = open(12);
    state.step(1);
    assert.deepEqual(state.choice.head, { kind: 'self', layer: 0, head: 0 });
    state.step(-1);
    assert.deepEqual(state.choice.head, { kind: 'self', layer: 1, head: 1 });
    assert.equal(state.said, 'Head 1.1');
  });

  it('begins with the cross attention of an encoder-decoder', () => {
    const { state, host } = open(12, {}, 7);
    assert.equal(state.choice.head.kind, 'cross');
    assert.equal(state.choice.query, 6);
    state.pointToken({ index: 5, anchor: undefined as never }, 'input');
    assert.deepEqual(host.hovered.at(-1), { sequence: 'input', index: 5 });
    assert.deepEqual([state.pointed?.query, state.pointed?.key], [6, 5]);
    state.chooseToken(2, 'output');
    assert.equal(state.choice.query, 2);
    state.chooseKind('encoder');
    assert.equal(state.choice.query, 11);
    state.chooseToken(2, 'output');
    assert.equal(state.choice.query, 11, 'the encoder does not see what was written');
  });

  it('sums up a brushed range, and tells its tokens', () => {
    const { state, host } = open(12, { head: { kind: 'self', layer: 1, head: 1 } });
    state.brush({ firstQuery: 3, lastQuery: 5, firstKey: 1, lastKey: 2 });
    // Queries 3, 4 and 5 give all of their weight to key 1.
    assert.equal(state.brushedSums?.mass, 1);
    assert.equal(state.brushedSums.mean, 0.5);
    assert.equal(state.said, 'queries 3 to 5, keys 1 to 2, mass 1.00, mean 0.50');
    assert.deepEqual(host.brushes, [
      [
        { role: 'query', sequence: 'input', first: 3, last: 5 },
        { role: 'key', sequence: 'input', first: 1, last: 2 },
      ],
    ]);
    state.brush(undefined);
    assert.equal(state.brushedSums, undefined);
    assert.equal(host.brushes.at(-1), undefined);
  });

  it('says why a long text’s part is not there until it is', async () => {
    let there = false;
    class Refusing extends Host {
      override request<Params, Result>(type: RequestType<Params, Result, void>, params: Params): Promise<Result> {
        if (type.method !== RunRequest.region.method) return super.request(type, params);
        if (!there) return Promise.reject(new Error('The process is gone.'));
        const data = weights({ kind: 'self', layer: 0, head: 0 }, 1500, 1500);
        return Promise.resolve(
          readRegion({ queries: 1500, keys: 1500, data }, (params as { region: HeadRegion }).region) as Result,
        );
      }
    }
    const state = new RunState(explanationOf(1500), new Refusing(1500), {}, tabs, () => undefined);
    const whole = { query: 0, key: 0, queries: 1500, keys: 1500 };
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      state.see(whole, 600, 600);
      await new Promise(setImmediate);
      assert.equal(state.failure, 'The process is gone.');
      there = true;
      mock.timers.tick(1000);
      await new Promise(setImmediate);
      assert.equal(state.failure, '');
      state.fail(new Error('Another thing.'));
      state.see({ ...whole, queries: 300, keys: 300 }, 600, 600);
      await new Promise(setImmediate);
      assert.equal(state.failure, 'Another thing.', 'what failed otherwise stays');
    } finally {
      mock.timers.reset();
      state.dispose();
    }
  });

  it('keeps which part of the matrix is in sight, until another kind is looked at', () => {
    const { state, host } = open(12, {}, 7);
    state.keepZoom({ zoom: 2, column: 1, row: 3 });
    assert.deepEqual(host.selected.at(-1)?.zoom, { zoom: 2, column: 1, row: 3 });
    assert.deepEqual(open(12, host.selected.at(-1), 7).state.choice.zoom, { zoom: 2, column: 1, row: 3 });
    state.brush({ firstQuery: 0, lastQuery: 1, firstKey: 0, lastKey: 1 });
    state.chooseKind('encoder');
    assert.equal(state.choice.zoom, undefined);
    assert.equal(state.brushed, undefined);
  });

  it('asks what the model says of a long text where one looks; of the last word it is told', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const told = { id: 7, text: 'b', probability: 0.5 };
      const explanation = {
        ...explanationOf(12),
        predictions: Array.from({ length: 12 }, (_, i) => (i === 11 ? [told] : [])),
        predictionsLater: true,
      };
      const state = new RunState(explanation, new Host(12), {}, tabs, () => undefined);
      assert.deepEqual(state.shownPredictions, [told]);
      state.choose({ query: 4 });
      assert.equal(state.shownPredictions, undefined);
      assert.equal(state.predictionsAt(5), undefined);
      mock.timers.tick(1000);
      await new Promise(resolve => setImmediate(resolve));
      assert.equal(state.predictionsAt(4)?.[0].id, 4);
      assert.equal(state.predictionsAt(5)?.[0].id, 5);
      assert.deepEqual(state.predictionsAt(11), [told]);
      state.dispose();
    } finally {
      mock.timers.reset();
    }
  });
});

describe('cellNote', () => {
  const explanation = explanationOf(12);
  const [self] = explanation.groups;

  it('names query, key and weight, and how far apart they are', () => {
    assert.deepEqual(cellNote(explanation, self, { query: 9, key: 3 }, 0.612), {
      from: '“w9”',
      to: '“w3”',
      value: '0.61',
      note: 'row 9 of 11 · column 3 · 6 back',
    });
    assert.equal(cellNote(explanation, self, { query: 9, key: 3 }, undefined).value, '…');
  });

  it('says what a query cannot see', () => {
    const note = cellNote(explanation, { ...self, causal: true }, { query: 3, key: 9 }, 0);
    assert.equal(note.value, '');
    assert.match(note.note, /cannot be seen/);
  });

  it('reads the run otherwise once the numbers are there, in turn, and says what is to be known', async () => {
    const { state, host } = open(12);
    const raw = state.matrix.data[0];
    state.readNext();
    assert.equal(state.choice.reading, 'raw', 'what is shown stays until then');
    await Promise.resolve();
    assert.deepEqual([state.choice.reading, state.readingNote], ['value', 'halved']);
    assert.equal(state.matrix.data[0], raw / 2);
    assert.equal(state.group.layers[0].thumbnails.data[0] * 2, state.rawGroup.layers[0].thumbnails.data[0]);
    assert.equal(host.selected.at(-1)?.reading, 'value');
    state.readNext();
    await Promise.resolve();
    assert.equal(state.choice.reading, 'rollout');
    state.readNext();
    assert.equal(state.choice.reading, 'raw');
    assert.equal(state.matrix.data[0], raw);
  });

  it('leaves the first token out in whatever reading, says so, and tells the host; a kind that is chosen then is read so, too', async () => {
    const { state, host } = open(12, { reading: 'value', withoutFirst: true });
    assert.equal(state.choice.withoutFirst, false, 'what is shown stays until the numbers are there');
    state.keepZoom({ zoom: 1, column: 0, row: 0 });
    assert.equal(host.selected.at(-1)?.withoutFirst, true, 'but it is kept');
    await Promise.resolve();
    assert.deepEqual([state.choice.reading, state.choice.withoutFirst], ['value', true]);
    assert.match(state.title, /, value-weighted, without the first token$/);
    state.read('raw');
    await Promise.resolve();
    assert.match(state.title, /^Head \d\.\d, without the first token$/);
    state.toggleFirst();
    assert.equal(state.choice.withoutFirst, false);
    assert.match(state.title, /^Head \d\.\d$/);
    state.leaveOutFirst(true);
    assert.equal(state.choice.withoutFirst, true, 'the numbers are there already');
  });

  it('sorts the overview by effect once all heads are ranked, and opens it; keeps what the user folded', async () => {
    const { state, host } = open(12, { folded: { heads: true, text: true } });
    assert.equal(showRanking(state), false, 'nothing is ranked yet');
    const ranking = state.ranking.start(state.group, { position: 3, mean: false });
    assert.equal(showRanking(state), false, 'not all heads are');
    await ranking;
    assert.equal(showRanking(state), true);
    assert.equal(state.choice.order, 'effect');
    assert.deepEqual(state.choice.folded, { heads: false, text: true });
    assert.equal(state.said, '4 heads ranked by effect, first Head 1.1');
    assert.deepEqual(host.selected.at(-1)?.folded, { heads: false, text: true });
  });

  it('keeps what is ranked so far where ranking is stopped, and says how many', async () => {
    const { state } = open(12);
    const ranking = state.ranking.start(state.group, { position: 3, mean: false });
    while (state.ranking.effects.length === 0) await Promise.resolve();
    state.ranking.cancel();
    await ranking;
    assert.equal(state.ranking.effects.length, 2);
    assert.equal(showRanking(state), true);
    assert.match(state.said, /^2 of 4 heads ranked by effect, first Head 0\.\d$/);
  });

  it('gives the measures with the effects as one object while neither changes', async () => {
    const { state } = open(12);
    await Promise.resolve();
    assert.equal(state.ratedHeads, state.headSummaries);
    await state.ranking.start(state.group, { position: 3, mean: false });
    assert.equal(state.ratedHeads, state.ratedHeads);
    assert.notEqual(state.ratedHeads, state.headSummaries);
  });

  it('asks for a long text’s head in the reading, and has no rollout of cross-attention', async () => {
    const { state, host } = open(100, { reading: 'value' });
    await new Promise(resolve => {
      setTimeout(resolve);
    });
    assert.equal(state.choice.reading, 'value');
    assert.equal((host.asked.at(-1) as { reading?: string }).reading, 'value');
    assert.deepEqual(open(12, {}, 5).state.readings, ['raw', 'value']);
  });
});
