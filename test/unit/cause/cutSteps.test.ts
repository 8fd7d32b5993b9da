import assert from 'node:assert/strict';
import { parseCauseOrder } from '../../../core/cause/causeOrder';
import {
  cutWords,
  fits,
  headsOfLayers,
  headsWords,
  parseSteps,
  stepsJson,
  type CutStep,
} from '../../../core/cause/cutSteps';

const layers = [0, 1, 2, 3].map(layer => ({ layer, heads: 2 }));
const places = { groups: [{ kind: 'self' as const, layers, queries: 6, keys: 6 }] };
const step: CutStep = {
  kind: 'self',
  heads: [{ layer: 1, head: 1 }],
  queries: { first: 5, last: 5 },
  keys: { first: 1, last: 1 },
  form: 'scores',
};
const wide: CutStep = {
  ...step,
  heads: headsOfLayers(layers, 1, 2),
  keys: { first: 1, last: 3 },
  form: 'probabilities',
  off: true,
};

describe('steps of cuts', () => {
  it('are told in words', () => {
    const nameOf = (_: string, place: number) => `“${place}”`;
    assert.equal(cutWords(step, layers, nameOf), 'cut 1.1: “5” → “1”, before softmax');
    assert.equal(cutWords(wide, layers, nameOf), 'cut layers 1–2: “5” → “1” to “3”, after softmax');
  });

  it('name heads by what they are together', () => {
    const words = (first: number, last: number) => headsWords(headsOfLayers(layers, first, last), layers);
    assert.equal(words(0, 3), 'all heads');
    assert.equal(words(2, 2), 'layer 2');
    assert.equal(words(2, 3), 'layers 2–3');
    assert.equal(headsWords([...headsOfLayers(layers, 0, 0), ...headsOfLayers(layers, 2, 2)], layers), '4 heads');
    assert.equal(headsWords([step.heads[0], { layer: 2, head: 0 }], layers), '2 heads');
    assert.equal(headsWords([step.heads[0], step.heads[0]], layers), '1.1');
  });

  it('come back from their JSON, which is an order for the command line, too', () => {
    const json = stepsJson('m', [step, { ...wide, off: undefined }, wide]);
    assert.deepEqual(parseSteps(json, places), [step, { ...wide, off: undefined }, wide].map(withoutUndefined));
    const { runs } = parseCauseOrder(json);
    assert.deepEqual(
      runs[0].knockout.map(({ layer, heads, queries, keys, form }) => [layer, heads, queries, keys, form]),
      [
        [1, [1], [5], [1], 'scores'],
        [1, [0, 1], [5], [1, 2, 3], 'probabilities'],
        [2, [0, 1], [5], [1, 2, 3], 'probabilities'],
      ],
    );
  });

  it('that are none, or do not fit, are refused in a sentence', () => {
    assert.throws(() => parseSteps('{', places), /no JSON/);
    assert.throws(() => parseSteps('[]', places), /has no steps/);
    assert.throws(() => parseSteps('null', places), /has no steps/);
    assert.throws(() => parseSteps('{"steps":[7]}', places), /Step 1 .* is no cut/);
    for (const change of [{ form: 'x' }, { kind: 'x' }, { heads: [[1]] }, { heads: [] }, { keys: [1, 1.5] }]) {
      const { steps } = JSON.parse(stepsJson('m', [step])) as { steps: object[] };
      assert.throws(() => parseSteps(JSON.stringify({ steps: [{ ...steps[0], ...change }] }), places), /is no cut/);
    }
    const { groups } = places;
    assert.throws(() => parseSteps(stepsJson('m', [step]), { groups: [{ ...groups[0], queries: 5 }] }), /not here/);
    assert.equal(fits({ ...step, heads: [{ layer: 4, head: 0 }] }, places), false);
    assert.equal(fits({ ...step, heads: [{ layer: 0, head: 2 }] }, places), false);
    assert.equal(fits({ ...step, keys: { first: 3, last: 2 } }, places), false);
    assert.equal(fits({ ...step, kind: 'cross' }, places), false);
  });
});

function withoutUndefined(value: CutStep): CutStep {
  const { off, ...rest } = value;
  return off ? value : rest;
}
