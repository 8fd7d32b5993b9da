import assert from 'node:assert/strict';
import path from 'node:path';
import { markedText } from '../../../core/text/markedText';
import { probePlaces } from '../../../extension/probes/probePlaces';
import { probes } from '../../../extension/probes/probes';
import { explain } from '../../../inference/answers/explain';
import { headsByLinks } from '../../../inference/answers/headsByLinks';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { noModel } from '../support/keptLayers';

describe('marked texts', () => {
  it('give the text without its marks, and what looks at what', () => {
    const { text, links } = markedText('a «1<first» b «2<x» c «2>y» «1>last»');
    assert.equal(text, 'a first b x c y last');
    assert.deepEqual(
      links.map(({ from, to }) => [text.slice(from.start, from.end), text.slice(to.start, to.end)]),
      [
        ['y', 'x'],
        ['last', 'first'],
      ],
    );
  });

  it('leave a text without marks as it is, and refuse to look at what is not marked', () => {
    assert.deepEqual(markedText('a « b » c'), { text: 'a « b » c', links: [] });
    assert.throws(() => markedText('a «1>b»'), /“1” looks at what is not marked/);
  });
});

describe('probes', function () {
  this.timeout(60_000);
  const open = new Map<string, TransformersModel>();
  before(async () => {
    for (const id of ['tiny-code-gpt', 'tiny-dates']) {
      open.set(id, await openModel({ id, folder: path.resolve('media/models', id), dtype: 'fp16' }));
    }
  });
  after(() => Promise.all([...open.values()].map(model => model.dispose())));

  /** The head that shows the built-in models' probe best; none where no planted head does it. */
  const expected: Readonly<Record<string, string | undefined>> = {
    repeated: '1.1',
    names: '1.4',
    brackets: '2.0',
    definition: '1.4',
    copy: '1.1',
    date: '1.3',
  };
  for (const { id, text: marked, model = 'tiny-code-gpt', written } of probes) {
    it(`${id}: the head that looks most from the marked places is the one that it was made for`, async () => {
      const { text, links } = markedText(marked);
      const { explanation, known } = await explain(open.get(model)!, text, { isCancelled: () => false });
      const places = probePlaces(explanation, links, written);
      assert.equal(places.length, written?.length ?? links.length);
      assert.ok(places.length > 0);
      const heads = await headsByLinks(known, written ? 'cross' : 'self', places, noModel);
      if (expected[id]) {
        assert.equal(`${heads[0].layer}.${heads[0].head}`, expected[id]);
        assert.ok(heads[0].weight > 0.5, `${heads[0].weight}`);
      }
      assert.ok(heads.every(({ weight }, i) => i === 0 || weight <= heads[i - 1].weight));
    });
  }
});
