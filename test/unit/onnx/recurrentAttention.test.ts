import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { addAttention, findAttention, findContextVector, readModel, scoreTerms } from '../../../core/onnx';

const folder = path.join('test', 'fixtures', 'alignment');

interface Alignments {
  readonly models: Readonly<Record<string, { reference: { ids: number[]; alignment: number[][] } }>>;
}

/** Recurrent models with Bahdanau's and Luong's attention, ten decoding steps unrolled: one attention, a row a step. */
describe('attention of recurrent models', () => {
  const { models } = JSON.parse(readFileSync(path.join(folder, 'alignment.json'), 'utf8')) as Alignments;

  for (const [name, form] of [
    ['bahdanau', 'additive'],
    ['luong', 'softmax'],
  ] as const) {
    it(`${name}: the alignment that PyTorch gives`, async () => {
      const model = readModel(readFileSync(path.join(folder, `${name}.onnx`)));
      const found = findAttention(model);
      assert.deepEqual(
        found.attentions.map(a => [a.kind, a.heads, a.form]),
        [['cross', 1, form]],
      );
      const extended = addAttention(model, found);
      const session = await InferenceSession.create(extended.bytes, { logSeverityLevel: 4 });
      const { ids, alignment } = models[name].reference;
      const results = await session.run(
        { input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) },
        ['cross_attentions.0'],
      );
      const { dims, data } = results['cross_attentions.0'];
      assert.deepEqual(dims, [1, 1, alignment.length, ids.length]);
      alignment.flat().forEach((expected, i) => assert.ok(Math.abs(Number(data[i]) - expected) < 1e-4, `number ${i}`));
      await session.release();
    });
  }

  for (const [name, form, projects] of [
    ['bahdanau', 'additive', true],
    ['luong', 'multiplicative', false],
    ['transformer', 'dot', true],
  ] as const) {
    it(`${name}: what the scores of each step are made from`, () => {
      const { attentions } = findAttention(readModel(readFileSync(path.join(folder, `${name}.onnx`))));
      const places = attentions
        .filter(({ kind }) => kind === 'cross')
        .flatMap(({ places: [place] }) => [place, ...(place.further?.matches ?? [])]);
      assert.equal(places.length, name === 'transformer' ? 20 : 10);
      for (const place of places) {
        const terms = scoreTerms(place);
        assert.equal(terms?.form, form);
        assert.equal(terms.query !== terms.queryFrom, projects);
        assert.notEqual(terms.key, terms.keyFrom);
        assert.equal(terms.activation !== undefined && terms.vector !== undefined, form === 'additive');
        // The encoder's side is the same for all steps.
        if (form !== 'dot') assert.equal(terms.keyFrom, scoreTerms(places[0])?.keyFrom);
      }
    });
  }

  it('without attention all that the decoder has of the text is one vector; with it there are other ways', () => {
    const vectorOf = (name: string) =>
      findContextVector(findAttention(readModel(readFileSync(path.join(folder, `${name}.onnx`)))).graph);
    const vector = vectorOf('none');
    assert.deepEqual(vector?.shape?.slice(1), [96]);
    assert.equal(vector.producer?.node.type, 'Tanh');
    for (const name of ['bahdanau', 'luong', 'transformer']) assert.equal(vectorOf(name), undefined, name);
  });
});
