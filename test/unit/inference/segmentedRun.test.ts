import assert from 'node:assert/strict';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { stopIfCancelled } from '../../../inference/models/stopIfCancelled';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { segmentsOf } from '../../../inference/models/segmentsOf';
import { AttentionOnDemand } from '../../../inference/runs/attentionOnDemand';
import type { UseModel } from '../../../inference/runs/runAttention';
import { runOnce } from '../../../inference/runs/runModel';
import { fixtureFolder, largestDifference } from '../support/referenceAttention';

/** Models cut between their layers, whose pieces together compute what the whole model does. */
describe('a model run segment by segment', function () {
  this.timeout(120_000);
  let open: OpenModel;
  afterEach(() => open.dispose());

  /** Tokens of the vocabulary, all kinds of them. */
  const tokensOf = (count: number) => Array.from({ length: count }, (_, i) => 5 + ((i * 7919) % 200));

  const start = async (id: string, folder: string, dtype: string, count: number) => {
    open = await openModel({ id, folder, dtype });
    const ids = tokensOf(count);
    const whole = (await runOnce(open, ids, undefined, {})).attention();
    return { ids, whole, attention: new AttentionOnDemand(whole, ids, undefined) };
  };

  const cases = [
    ['tiny-code-gpt', 'fp32', 400, 4, 1e-5],
    // Grouped-query attention in one operator, keys and values in its cache.
    ['tiny-chat', 'fp32', 300, 3, 1e-5],
    // Quantized by the largest of all tokens: read whole, in each layer.
    ['tiny-code-gpt', 'q8', 300, 1, 1e-5],
    ['tiny-code-classifier', 'fp32', 300, 1, 1e-5],
    ['tiny-modernbert', 'fp32', 200, 1, 1e-5],
  ] as const;
  for (const [id, dtype, count, lots, most] of cases) {
    it(`${id} (${dtype}): all heads come from one pass, in ${lots === 1 ? 'a piece' : `${lots} pieces`} a layer, and are those of the whole run`, async () => {
      const { whole, attention } = await start(id, fixtureFolder(id), dtype, count);
      const { sessions } = open;
      const model = await segmentsOf(Object.values(sessions)[0], 'probabilities', () => Promise.resolve());
      assert.ok(typeof model !== 'string');
      let runs = 0;
      const opened: number[] = [];
      const openSegment = model.open.bind(model);
      model.open = async (index, wanted, value) => {
        opened.push(index);
        const segment = await openSegment(index, wanted, value);
        return { ...segment, run: feeds => (runs++, segment.run(feeds)) };
      };
      const use: UseModel = work => work(open);
      let layer = 0;
      for await (const part of attention.parts(whole[0].kind, use)) {
        assert.ok(largestDifference(part.data, whole[layer].data) <= most, `layer ${layer}`);
        layer++;
      }
      assert.equal(layer, whole.length);
      assert.deepEqual(
        opened,
        whole.map((_, i) => i),
      );
      assert.equal(runs, whole.length * lots);

      // What stands before a layer was kept: a head of it costs that layer alone.
      opened.length = 0;
      const last = whole.length - 1;
      const head = await attention.head({ kind: whole[0].kind, layer: last, head: 0 }, use);
      assert.ok(largestDifference(head.data, whole[last].data.subarray(0, head.data.length)) <= most);
      assert.deepEqual(opened, [last]);
      // Else the layers up to it.
      opened.length = 0;
      const fresh = new AttentionOnDemand(whole, tokensOf(count), undefined);
      await fresh.head({ kind: whole[0].kind, layer: 1, head: 0 }, use);
      assert.deepEqual(opened, [0, 1]);
    });
  }

  it('stops with the piece during which it is cancelled', async () => {
    const { whole, attention } = await start('tiny-code-gpt', fixtureFolder('tiny-code-gpt'), 'fp32', 400);
    const source = new CancellationTokenSource();
    let pieces = 0;
    const use: UseModel = async work => {
      stopIfCancelled(source.token);
      if (++pieces === 8) source.cancel();
      return work(open);
    };
    await assert.rejects(async () => {
      for await (const part of attention.parts(whole[0].kind, use)) assert.ok(part);
    }, /Cancelled/);
    assert.equal(pieces, 8);
  });

  it('where a segment cannot be run by itself the whole model is', async () => {
    const { whole, attention } = await start('tiny-code-gpt', fixtureFolder('tiny-code-gpt'), 'fp32', 200);
    const model = await segmentsOf(open.sessions.model, 'probabilities', () => Promise.resolve());
    assert.ok(typeof model !== 'string');
    const openSegment = model.open.bind(model);
    model.open = (index, wanted, value) =>
      index === 2 ? Promise.reject(new Error('no kernel')) : openSegment(index, wanted, value);
    let layer = 0;
    for await (const part of attention.parts('self', work => work(open))) {
      assert.ok(largestDifference(part.data, whole[layer++].data) <= 1e-5);
    }
    assert.equal(layer, whole.length);
  });

  it('layers that stand in a branch are not cut, and why is said', async () => {
    open = await openModel({ id: 'tiny-marian', folder: fixtureFolder('tiny-marian'), dtype: 'fp32' });
    const why = await segmentsOf(open.sessions.decoder_model_merged, 'probabilities', () => Promise.resolve());
    assert.equal(why, 'its layers stand in a branch or loop of the graph');
  });
});
