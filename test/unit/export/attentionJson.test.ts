import assert from 'node:assert/strict';
import { attentionJson, type AttentionJson } from '../../../core/export/attentionJson';
import { oddRun, referenceRun, textOf } from './exportedRuns';

describe('attentionJson', () => {
  it('says the run and its numbers', async () => {
    const { run, layers } = referenceRun();
    const json = JSON.parse(await textOf(attentionJson(run, layers))) as AttentionJson;
    assert.deepEqual(Object.keys(json), [
      'format',
      'version',
      'model',
      'reading',
      'text',
      'tokens',
      'groups',
      'attention',
    ]);
    assert.equal(json.text, run.text);
    assert.deepEqual(json.tokens, run.tokens);
    assert.deepEqual(json.groups, [{ kind: 'self', causal: true, queries: 'input', keys: 'input' }]);
    assert.deepEqual(
      json.attention.map(({ layer, shape, heads }) => [layer, shape, heads?.length]),
      [0, 1, 2, 3].map(layer => [layer, [6, 24, 24], 6]),
    );
    assert.deepEqual(Float32Array.from(json.attention[3].weights.flat(2) as number[]), layers[3].data.slice());
    assert.equal(json.attention[2].weights[5][23].length, 24);
  });

  it('keeps odd tokens, the output and what was cut', async () => {
    const { run, layers } = oddRun();
    const json = JSON.parse(await textOf(attentionJson(run, layers))) as AttentionJson;
    assert.deepEqual(json.tokens, run.tokens);
    assert.deepEqual(json.output, run.output);
    assert.deepEqual(json.cut, run.cut);
    assert.deepEqual(
      json.attention.map(({ kind, layer }) => `${kind}.${layer}`),
      ['encoder.0', 'encoder.1', 'decoder.0', 'decoder.1', 'cross.0', 'cross.1'],
    );
  });

  it('is JSON where the model gave no number, and where there is no layer', async () => {
    const { run, layers } = referenceRun();
    const broken = { ...layers[0], data: layers[0].data.slice().fill(NaN, 0, 24) };
    const json = JSON.parse(await textOf(attentionJson(run, [broken]))) as AttentionJson;
    assert.deepEqual(json.attention[0].weights[0][0], Array<null>(24).fill(null));
    assert.deepEqual((JSON.parse(await textOf(attentionJson(run, []))) as AttentionJson).attention, []);
  });
});
