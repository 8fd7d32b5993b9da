import assert from 'node:assert/strict';
import {
  hardlyDiffer,
  movedBy,
  normalised,
  parsePatches,
  patchesJson,
  patchGrid,
  type PatchStep,
  patchWords,
  rankCells,
} from '../../../core/cause/patchMaps';

const layers = [
  { layer: 0, heads: 2 },
  { layer: 1, heads: 3 },
];
const names = ['When', ' Mary', ' and'];
const nameOf = (place: number) => `“${names[place]}”`;

describe('maps of patches', () => {
  it('by token have a row a layer, of the stream one more, and no patch where only one run has the token', () => {
    const { rows, columns, cells } = patchGrid('residual', layers, [true, false, true]);
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['0', '1', 'norm'],
    );
    assert.equal(columns, 3);
    assert.deepEqual(cells[0], [{ part: 'residual', layer: 0, place: 0 }]);
    assert.deepEqual(cells[1], []);
    assert.deepEqual(cells[2 * 3 + 2], [{ part: 'residual', layer: 2, place: 2 }]);
    assert.equal(patchGrid('feedForward', layers, [true]).rows.length, 2);
  });

  it('of what attention gives a token hold all heads of the layer', () => {
    const { cells } = patchGrid('attentionOut', layers, [true, true]);
    assert.deepEqual(
      cells[2 + 1].map(({ head, place }) => [head, place]),
      [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    );
  });

  it('by head are as wide as the layer of most heads, and are of all tokens or of one', () => {
    const all = patchGrid('head', layers, [true, true]);
    assert.equal(all.columns, 3);
    assert.deepEqual(all.cells[1], [{ part: 'head', layer: 0, head: 1 }]);
    assert.deepEqual(all.cells[2], []);
    assert.deepEqual(patchGrid('pattern', layers, [true, true], 1).cells[5], [
      { part: 'attention', layer: 1, head: 2, place: 1 },
    ]);
  });

  it('numbers are 0 as corrupted and 1 as clean, also where the clean one is less', () => {
    assert.equal(normalised(3, { clean: 5, corrupted: 1 }), 0.5);
    assert.equal(normalised(-2, { clean: -5, corrupted: 1 }), 0.5);
    assert.equal(movedBy(0.25, 'denoise'), 0.25);
    assert.equal(movedBy(0.25, 'noise'), -0.75);
    assert.ok(hardlyDiffer({ clean: 1, corrupted: 1.005 }));
    assert.ok(!hardlyDiffer({ clean: 1, corrupted: 0.9 }));
    assert.ok(hardlyDiffer({ clean: NaN, corrupted: 0 }));
  });

  it('the strongest cells move the run most, and what is unknown is none', () => {
    const values = Float32Array.of(0.2, NaN, -0.9, 1);
    assert.deepEqual(
      rankCells(values, 'denoise').map(({ cell }) => cell),
      [3, 2, 0],
    );
    assert.deepEqual(
      rankCells(values, 'noise').map(({ cell }) => cell),
      [2, 0, 3],
    );
  });

  it('cells in words', () => {
    const words = (...cells: Parameters<typeof patchWords>[0]) => patchWords(cells, layers, nameOf);
    assert.equal(words({ part: 'head', layer: 1, head: 1 }), 'head 1.1');
    assert.equal(words({ part: 'attention', layer: 0, head: 1, place: 2 }), 'pattern 0.1 at “ and”');
    assert.equal(words({ part: 'residual', layer: 1, place: 1 }), 'residual stream 1 at “ Mary”');
    assert.equal(words({ part: 'residual', layer: 2, place: 1 }), 'what the norm reads at “ Mary”');
    assert.equal(words({ part: 'feedForward', layer: 0, place: 0 }), 'feed-forward 0 at “When”');
    assert.equal(words(...patchGrid('attentionOut', layers, [true]).cells[1]), 'attention 1 at “When”');
    assert.equal(
      words({ part: 'head', layer: 1, head: 1, place: 0 }, { part: 'head', layer: 1, head: 2, place: 0 }),
      'head 1.1 at “When”, head 1.2 at “When”',
    );
  });
});

describe('patches as JSON', () => {
  const step: PatchStep = {
    kind: 'self',
    direction: 'noise',
    position: 3,
    noise: { tokens: [1], strength: 3, seed: 1, samples: 2 },
    cells: [{ part: 'head', layer: 1, head: 0 }],
    metric: { by: 'logits', token: 5, minus: 6 },
    value: 0.25,
  };
  const all = () => true;

  it('are read as they were written', () => {
    const other: PatchStep = {
      kind: 'decoder',
      direction: 'denoise',
      position: 0,
      cells: [{ part: 'residual', layer: 2, place: 4 }],
      metric: { by: 'divergence' },
      value: 1,
    };
    assert.deepEqual(parsePatches(patchesJson('model', [step, other]), all), [step, other]);
  });

  it('say what is wrong with them in a sentence', () => {
    const refusal = (json: string, fits = all) => {
      try {
        parsePatches(json, fits);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.match(refusal('no'), /no JSON/);
    assert.match(refusal('{"steps": []}'), /no patches/);
    assert.match(
      refusal(patchesJson('model', [step]), () => false),
      /^Patch 1 names layers, heads or tokens/,
    );
    const changed = (change: object) => JSON.stringify({ patches: [step, { ...step, ...change }] });
    for (const change of [
      { cells: [] },
      { cells: [{ part: 'head', layer: 1 }] },
      { cells: [{ part: 'residual', layer: 1, head: 2 }] },
      { cells: [{ part: 'stream', layer: 1 }] },
      { cells: [{ part: 'residual', layer: -1 }] },
      { direction: 'sideways' },
      { kind: 'other' },
      { metric: { by: 'logits', token: 5 } },
      { metric: null },
      { noise: { tokens: ['a'] } },
      { value: 'much' },
      { position: 1.5 },
    ]) {
      assert.match(refusal(changed(change)), /^Patch 2 .* is no patch\.$/, JSON.stringify(change));
    }
  });
});
