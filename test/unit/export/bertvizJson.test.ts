import assert from 'node:assert/strict';
import { bertvizJson, type BertvizJson } from '../../../core/export/bertvizJson';
import { oddRun, referenceRun, textOf } from './exportedRuns';

describe('bertvizJson', () => {
  it('is what head_view.js and model_view.js take, for one stack', async () => {
    const { run, layers } = referenceRun();
    const { attention, ...rest } = JSON.parse(
      await textOf(bertvizJson(run, layers.toReversed(), { layer: 2 })),
    ) as BertvizJson;
    assert.equal(attention.length, 1);
    const [{ name, attn, left_text: left, right_text: right }] = attention;
    assert.equal(name, null);
    assert.deepEqual([attn.length, attn[0].length, attn[0][0].length, attn[0][0][0].length], [4, 6, 24, 24]);
    assert.deepEqual(
      Float32Array.from(attn.flat(3) as number[]),
      Float32Array.from(layers.flatMap(({ data }) => [...data])),
    );
    assert.deepEqual(left, right);
    assert.deepEqual(left.slice(0, 3), ['<|endoftext|>', 'def', ' add']);
    assert.equal(left.at(-1), '↵');
    assert.deepEqual(rest, {
      default_filter: '0',
      root_div_id: 'bertviz',
      layer: 2,
      heads: null,
      include_layers: [0, 1, 2, 3],
      include_heads: [0, 1, 2, 3, 4, 5],
      total_heads: 6,
      display_mode: 'light',
    });
  });

  it('is what they take for an encoder-decoder', async () => {
    const { run, layers } = oddRun();
    const json = JSON.parse(await textOf(bertvizJson(run, layers))) as BertvizJson;
    assert.deepEqual(
      json.attention.map(({ name, left_text: left, right_text: right }) => [name, left.length, right.length]),
      [
        ['Encoder', 14, 14],
        ['Decoder', 2, 2],
        ['Cross', 2, 14],
      ],
    );
    for (const { attn, left_text: left, right_text: right } of json.attention) {
      assert.ok(
        attn.every(layer =>
          layer.every(head => head.length === left.length && head.every(row => row.length === right.length)),
        ),
      );
    }
  });

  it('stands on one line, as BertViz puts it into its script', async () => {
    for (const { run, layers } of [referenceRun(), oddRun()]) {
      assert.doesNotMatch(await textOf(bertvizJson(run, layers)), /[\n\r]/);
    }
  });

  it('writes the layers that all kinds have', async () => {
    const { run, layers } = oddRun();
    const json = JSON.parse(
      await textOf(
        bertvizJson(
          run,
          layers.filter(({ kind, layer }) => kind !== 'cross' || layer === 1),
          { layer: 0 },
        ),
      ),
    ) as BertvizJson;
    assert.deepEqual(json.include_layers, [1]);
    assert.equal(json.layer, null);
    assert.ok(json.attention.every(({ attn }) => attn.length === 1));
  });

  it('refuses what BertViz cannot show', async () => {
    const { run, layers } = referenceRun();
    await assert.rejects(textOf(bertvizJson(run, [])), /no attention/);
    await assert.rejects(
      textOf(bertvizJson(run, [layers[0], { ...layers[1], heads: [0], data: layers[1].data.subarray(0, 576) }])),
      /same heads/,
    );
  });
});
