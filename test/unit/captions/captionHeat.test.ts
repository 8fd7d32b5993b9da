import assert from 'node:assert/strict';
import { cellWords, layerShares, wordHeat, wordHeatMinusMean } from '../../../core/captions/captionHeat';
import { captionWords } from '../../../core/captions/captionWords';
import { cellCoverage, gridCell, gridCellAt, paddedRegion, wholeImage } from '../../../core/images/seenRegion';
import { floats, referenceCase, extend, feedsOf, open } from '../onnx/support/referenceModels';

const close = (actual: ArrayLike<number>, expected: number[]) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i] - value) < 1e-6, `${i}: ${actual[i]} is not ${value}`));
};

describe('heat of a caption', () => {
  // 1 layer × 2 heads × 2 words × 4 cells: both words look at cell 0, each at one of its own.
  const cross = {
    shape: [1, 2, 2, 4] as const,
    data: Float32Array.of(0.6, 0.4, 0, 0, 0.6, 0, 0.4, 0, 0.8, 0.2, 0, 0, 0.8, 0, 0.2, 0),
  };

  it('averages the heads, or takes one', () => {
    close(wordHeat(cross, 0, 'all'), [0.7, 0.3, 0, 0]);
    close(wordHeat(cross, 1, { layer: 0, head: 1 }), [0.8, 0, 0.2, 0]);
  });

  it('minus the caption’s mean, what all words look at falls away', () => {
    close(wordHeatMinusMean(cross, 0, 'all'), [0, 0.15, -0.15, 0]);
    close(cellWords(cross, 1, 'all', true), [0.15, -0.15]);
    close(cellWords(cross, 0, 'all', false), [0.7, 0.7]);
  });

  it('the share inside the strongest quarter of the cells', () => {
    close(layerShares(cross, 0), [0.7]);
    close(layerShares(cross, 0, 1), [0.8]);
  });

  it('vision_decoder_cross: PyTorch’s cross-attention, averaged over its heads and layers', async () => {
    const reference = referenceCase('vision_decoder_cross/model.onnx');
    const extended = extend(reference);
    const session = await open(reference, extended.bytes);
    const results = await session.run(
      feedsOf(reference),
      extended.outputs.map(({ name }) => name),
    );
    const ours = extended.outputs.filter(({ site }) => site.kind === 'cross').map(({ name }) => floats(results[name]));
    const theirs = reference.attentions.filter(({ kind }) => kind === 'cross');
    const [, heads, words, cells] = theirs[0].shape;
    const data = Float32Array.from(ours.flatMap(layer => [...layer]));
    for (let word = 0; word < words; word++) {
      const expected = Array.from({ length: cells }, (_, cell) => {
        let sum = 0;
        for (const { offset } of theirs) {
          for (let head = 0; head < heads; head++) {
            sum += reference.numbers[offset + (head * words + word) * cells + cell];
          }
        }
        return sum / theirs.length / heads;
      });
      close(wordHeat({ shape: [theirs.length, heads, words, cells], data }, word, 'all'), expected);
    }
    await session.release();
  });
});

describe('words of a caption', () => {
  it('are joined from tokens, their probabilities multiplied', () => {
    const words = captionWords(
      [
        [' a', 0.5],
        [' flow', 0.5],
        ['chart', 0.5],
        [',', 1],
        [' big', 0.25],
      ].map(([text, probability]) => ({ text: String(text), probability: Number(probability) })),
    );
    assert.deepEqual(words, [
      { text: 'a', from: 0, to: 1, probability: 0.5 },
      { text: 'flowchart,', from: 1, to: 4, probability: 0.25 },
      { text: 'big', from: 4, to: 5, probability: 0.25 },
    ]);
  });
});

describe('cells of a padded picture', () => {
  const grid = { rows: 4, columns: 4 };
  const frame = { width: 64, height: 64 };
  const wide = paddedRegion({ width: 200, height: 100 }, frame);

  it('lie on the image as the model saw it in its square', () => {
    assert.deepEqual(gridCell(4, grid, wide), { left: 0, top: 0, width: 0.25, height: 0.5 });
    assert.deepEqual(gridCell(0, grid, wholeImage), { left: 0, top: 0, width: 0.25, height: 0.25 });
    assert.equal(cellCoverage(0, grid, wide), 0);
    assert.equal(cellCoverage(5, grid, wide), 1);
    assert.ok(Math.abs(cellCoverage(0, grid, paddedRegion({ width: 400, height: 300 }, frame)) - 0.5) < 1e-9);
  });

  it('are found under a point', () => {
    assert.equal(gridCellAt(0.3, 0.6, grid, wide), 9);
    assert.equal(gridCellAt(0.99, 0.99, grid, wholeImage), 15);
    assert.equal(gridCellAt(1.01, 0.5, grid, wholeImage), undefined);
  });
});
