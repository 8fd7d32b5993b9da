import assert from 'node:assert/strict';
import { compareHeads } from '../../../core/attention/compare/compareHeads';
import { explain } from '../../../inference/answers/explain';
import type { ExplainedText } from '../../../inference/runs/explainText';
import { matchRuns } from '../../../inference/answers/matchRuns';
import { openModel, type OpenModel } from '../../../inference/models/openModel';
import { missingOf, pairedHead, usualPairing } from '../../../webview/compare/runPair';
import { fromThumbnail } from '../../../webview/run/headMatrix';
import type { Explanation, HeadAddress } from '../../../core/run/explanation';
import { noModel } from '../support/keptLayers';
import { fixtureFolder } from '../support/referenceAttention';

/** Two runs held against each other: two texts, two precisions, two models. */
describe('two runs', function () {
  this.timeout(60_000);
  const models = new Map<string, OpenModel>();
  const explained = (model: string, text: string): Promise<ExplainedText> =>
    explain(models.get(model)!, text, { isCancelled: () => false });
  const code = 'const items = [1, 2, 3];\nfor (const item of items) {\n';

  before(async () => {
    for (const id of ['tiny-code-gpt', 'tiny-code-classifier', 'tiny-dates']) {
      models.set(id, await openModel({ id, folder: fixtureFolder(id), dtype: 'fp32' }));
    }
    models.set('int8', await openModel({ id: 'tiny-code-gpt', folder: fixtureFolder('tiny-code-gpt'), dtype: 'q8' }));
  });
  after(() => Promise.all([...models.values()].map(open => open.dispose())));

  const pair = async (one: ExplainedText, other: ExplainedText, head: HeadAddress) => {
    const match = await matchRuns(one.known, other.known, head.kind, noModel, noModel);
    const explanations = [one, other].map(({ explanation }) => explanation as Explanation);
    const otherHead = pairedHead(match, head, explanations[1], usualPairing(explanations[0], explanations[1]))!;
    const side = (explanation: Explanation, address: HeadAddress) => {
      const { kind, layer, head: number } = address;
      const { layers, causal, queries, keys } = explanation.groups.find(candidate => candidate.kind === kind)!;
      return {
        ...fromThumbnail(
          layers.find(candidate => candidate.layer === layer)!,
          number,
        ),
        causal,
        sameSequence: queries === keys,
      };
    };
    return {
      match,
      otherHead,
      missing: missingOf(match),
      compared: compareHeads(side(explanations[0], head), side(explanations[1], otherHead), match.queries, match.keys),
    };
  };

  it('of an edited text: what stands before the edit is the same, to the last bit of the float', async () => {
    const [one, other] = [
      await explained('tiny-code-gpt', code),
      await explained('tiny-code-gpt', code.replace('of items', 'of things')),
    ];
    const { match, otherHead, missing, compared } = await pair(one, other, { kind: 'self', layer: 2, head: 1 });
    assert.deepEqual(otherHead, { kind: 'self', layer: 2, head: 1 }, 'the same head, as it is the same model');
    const edit = match.queries.findIndex(place => place.one === undefined || place.other === undefined);
    assert.ok(edit > 10 && edit < match.queries.length, `${edit}`);
    assert.ok(
      compared.byRow.subarray(0, edit).every(bits => bits < 1e-6),
      'a causal model does not know what comes',
    );
    assert.ok(
      compared.byRow.subarray(edit).some(bits => bits > 1e-3),
      'and then it does',
    );
    assert.ok(missing.one.queries.length > 0 && missing.other.queries.length > 0);
    // Rows on the common axes still sum to one where the run has the token, and are empty where not.
    const n = match.keys.length;
    match.queries.forEach((place, row) => {
      const sum = compared.one.subarray(row * n, (row + 1) * n).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - (place.one === undefined ? 0 : 1)) < 1e-5);
    });
  });

  it('of two precisions: each head is matched with itself, and is near', async () => {
    const [one, other] = [await explained('tiny-code-gpt', code), await explained('int8', code)];
    const { match, compared } = await pair(one, other, { kind: 'self', layer: 1, head: 3 });
    assert.equal(match.matches.pairs.length, 24);
    for (const { one: a, other: b, distance } of match.matches.pairs) {
      assert.deepEqual(a, b);
      assert.ok(distance < 0.05);
    }
    assert.ok(match.queries.every(place => place.one === place.other));
    assert.ok(compared.jensenShannon! > 0 && compared.jensenShannon! < 0.05);
  });

  it('of two models: heads matched by distance, tokens by their ranges', async () => {
    const [one, other] = [await explained('tiny-code-gpt', code), await explained('tiny-code-classifier', code)];
    const { match, otherHead, compared } = await pair(one, other, { kind: 'self', layer: 0, head: 0 });
    assert.equal(match.matches.pairs.length, 12, 'as many as the smaller model has');
    assert.ok(match.queries.some(place => place.one !== undefined && place.other !== undefined));
    for (const { one: a, other: b } of match.queries) {
      if (a === undefined || b === undefined) continue;
      assert.deepEqual(
        [one.explanation.tokens[a].start, one.explanation.tokens[a].end],
        [other.explanation.tokens[b].start, other.explanation.tokens[b].end],
      );
    }
    const found = match.matches.pairs.find(({ one: a }) => a.layer === 0 && a.head === 0);
    if (found) assert.deepEqual(otherHead, { kind: 'self', ...found.other });
    assert.equal(compared.one.length, match.queries.length * match.keys.length);
  });

  it('without attention that could be compared say so', async () => {
    const dates = await explained('tiny-dates', '31.12.1999');
    const gpt = await explained('tiny-code-gpt', '31.12.1999');
    assert.equal((await matchRuns(gpt.known, dates.known, 'self', noModel, noModel)).otherKind, 'encoder');
    await assert.rejects(
      matchRuns(dates.known, gpt.known, 'cross', noModel, noModel),
      /no attention that cross attention could be compared with/,
    );
  });
});
