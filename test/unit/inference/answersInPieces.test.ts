import assert from 'node:assert/strict';
import { attentionRollout } from '../../../core/attention/measures/attentionRollout';
import { headGroups } from '../../../core/attention/compare/headGroups';
import { headMoves } from '../../../core/attention/compare/headMoves';
import { matchHeads } from '../../../core/attention/compare/matchHeads';
import { groupHeads } from '../../../inference/answers/groupHeads';
import { matchRuns } from '../../../inference/answers/matchRuns';
import { movedHeads } from '../../../inference/answers/movedHeads';
import { readGroup, readHead, readInParts, readLayers } from '../../../inference/answers/readings';
import type { LayerNorms } from '../../../inference/answers/valueNorms';
import { KeptAttention } from '../../../inference/runs/keptAttention';
import type { UseModel } from '../../../inference/runs/runAttention';
import type { KnownRun } from '../../../inference/runs/runStore';
import { randomHead } from '../attention/measures/support/heads';
import { keptLayers, noModel } from '../support/keptLayers';
import { largestDifference } from '../support/referenceAttention';

const [layers, heads, tokens] = [3, 4, 24];
const size = tokens * tokens;

/** A run of random attention. */
function runOf(seed: number): KnownRun {
  let at = 0;
  const words = Array.from({ length: tokens }, (_, i) => `w${i} `);
  const input = {
    text: words.join(''),
    tokens: words.map((text, id) => ({ id, text, start: at, end: (at += text.length), special: false })),
  };
  const attention = new KeptAttention(
    Array.from({ length: layers }, (_, layer) => {
      const data = new Float32Array(heads * size);
      for (let head = 0; head < heads; head++) {
        data.set(randomHead(tokens, seed + 10 * layer + head).data, head * size);
      }
      return { kind: 'self' as const, layer, heads, causal: true, queries: tokens, keys: tokens, data };
    }),
  );
  return { attention, ids: input.tokens.map(({ id }) => id), texts: { input } };
}

/** What is computed of all heads of a long text without the model: in pieces between which others get their turn. */
describe('answers in pieces', () => {
  const [run, other] = [runOf(1), runOf(100)];
  const norms = new Map<number, LayerNorms>(
    run.attention.layers.map(({ layer }) => [
      layer,
      { data: Float32Array.from({ length: heads * tokens }, (_, i) => 1 + (i % 5)), projected: true },
    ]),
  );
  const address = { kind: 'self' as const, layer: 2, head: 1 };
  const drained = async (parts: AsyncIterable<Float32Array>) => {
    for await (const part of parts) assert.ok(part.length > 0);
  };
  const inParts = (reading: 'raw' | 'value' | 'rollout', use: UseModel, withoutFirst = false) =>
    drained(readInParts(run, reading, use, () => Promise.resolve(norms), withoutFirst).parts('self'));

  /** Each with how many turns it gives at least. */
  const answers: readonly (readonly [what: string, turns: number, answer: (use: UseModel) => Promise<unknown>])[] = [
    [
      'distances of all pairs, tree and map',
      (tokens - 1) * (layers * heads - 1) + 2,
      use => groupHeads(run, 'self', use),
    ],
    ['heads matched', (tokens - 1) * layers * heads + layers * heads, use => matchRuns(run, other, 'self', use, use)],
    ['heads that moved', layers * heads, use => movedHeads(run, { ...other, texts: moved(other) }, 'self', use, use)],
    ['a group as it is', layers * heads, use => readGroup(run, 'self', 'raw', use)],
    ['a group by values', layers * heads, use => readGroup(run, 'self', 'value', use, norms, true)],
    ['a rollout', 3 * heads + 2 * tokens, use => readHead(run, address, 'rollout', use)],
    ['all layers by values', layers * heads, use => readLayers(run, 'self', 'value', use, norms)],
    ['a file of values', layers * heads, use => inParts('value', use)],
    ['a file without the first token', layers * heads, use => inParts('raw', use, true)],
    ['a file of rollouts', layers * heads, use => inParts('rollout', use)],
  ];
  /** The same words, the last ones others, so that there are queries that changed. */
  const moved = ({ texts: { input } }: KnownRun) => ({
    input: { ...input, tokens: input.tokens.map((token, i) => (i === 2 ? { ...token, text: 'other' } : token)) },
  });

  for (const [what, least, answer] of answers) {
    it(`${what}: others get their turn, and it stops where it is cancelled`, async () => {
      let turns = 0;
      const use: UseModel = work => noModel(work);
      use.turn = () => Promise.resolve(void turns++);
      await answer(use);
      assert.ok(turns >= least, `${turns} turns, not ${least}`);

      const stopAt = Math.floor(turns / 2);
      turns = 0;
      use.turn = () => (++turns === stopAt ? Promise.reject(new Error('Cancelled.')) : Promise.resolve());
      await assert.rejects(answer(use), /Cancelled/);
      assert.equal(turns, stopAt);
    });
  }

  it('are what the whole work gives', async () => {
    const use: UseModel = work => noModel(work);
    const shaped = (of: KnownRun) => keptLayers(of).map(layer => ({ ...layer, sameSequence: true }));
    const [own, others] = [shaped(run), shaped(other)];
    const places = run.ids.map((_, i) => ({ one: i, other: i }));
    assert.deepEqual((await groupHeads(run, 'self', use)).merges, headGroups(own).merges);
    const { pairs } = (await matchRuns(run, other, 'self', use, use)).matches;
    const expected = matchHeads(own, others, places, places).pairs;
    assert.deepEqual(
      pairs.map(({ one, other: match }) => [one, match]),
      expected.map(({ one, other: match }) => [one, match]),
    );
    pairs.forEach(({ distance }, i) => assert.ok(Math.abs(distance - expected[i].distance) < 1e-6));
    assert.equal(headMoves(own, others, places).length, layers * heads);
    const rolled = own.reduce<Float64Array | undefined>((before, layer) => attentionRollout(before, layer), undefined)!;
    const { data } = await readHead(run, address, 'rollout', use);
    assert.ok(largestDifference(data, Float32Array.from(rolled)) < 1e-6);
  });
});
