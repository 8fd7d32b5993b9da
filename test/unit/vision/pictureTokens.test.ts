import assert from 'node:assert/strict';
import { occlusionRegions } from '../../../core/vision/occlusionRegions';
import type { PicturePart } from '../../../core/vision/picturePart';
import {
  hasThumbnail,
  onPicture,
  partsInWords,
  partsShown,
  placedTokens,
  regionAt,
  regionBeside,
  regionOver,
  tokenName,
} from '../../../core/vision/pictureTokens';
import { outlineOf, regionOpacity, strongOutline } from '../../../core/vision/regionHeat';

/** Two tiles beside each other of 2 × 2 tokens each, and a thumbnail of 1 × 2. */
const split: readonly PicturePart[] = [
  { kind: 'tile', region: { left: 0, top: 0, width: 0.5, height: 1 }, rows: 2, columns: 2, from: 0 },
  { kind: 'tile', region: { left: 0.5, top: 0, width: 0.5, height: 1 }, rows: 2, columns: 2, from: 4 },
  { kind: 'thumbnail', region: { left: 0, top: 0, width: 1, height: 1 }, rows: 1, columns: 2, from: 8 },
];
/** A square that a picture twice as wide as high is padded to, above and below. */
const padded: readonly PicturePart[] = [
  { kind: 'whole', region: { left: 0, top: -0.5, width: 1, height: 2 }, rows: 4, columns: 2, from: 0 },
];

describe('picture tokens', () => {
  it('are those of the parts that are shown; a whole picture counts as tiles', () => {
    const tokens = (parts: readonly PicturePart[]) => placedTokens(parts).map(({ token }) => token);
    assert.deepEqual(tokens(partsShown(split, 'tiles')), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(tokens(partsShown(split, 'thumbnail')), [8, 9]);
    assert.equal(tokens(partsShown(split, 'both')).length, 10);
    assert.equal(partsShown(padded, 'tiles').length, 1);
    assert.deepEqual([hasThumbnail(split), hasThumbnail(padded)], [true, false]);
  });

  it('lie where their part lies; what is on padding alone is left out', () => {
    const [, , , fourth] = placedTokens(split);
    assert.deepEqual(fourth.region, { left: 0.25, top: 0.5, width: 0.25, height: 0.5 });
    assert.deepEqual(
      placedTokens(padded).map(({ token, region }) => [token, region.top, region.height]),
      [
        [2, 0, 0.5],
        [3, 0, 0.5],
        [4, 0.5, 0.5],
        [5, 0.5, 0.5],
      ],
    );
    assert.deepEqual(onPicture({ left: -0.2, top: 0.5, width: 0.5, height: 1 }), {
      left: 0,
      top: 0.5,
      width: 0.3,
      height: 0.5,
    });
  });

  it('have names', () => {
    assert.equal(tokenName(split, 6), 'tile 2, row 1, column 0');
    assert.equal(tokenName(split, 9), 'thumbnail, row 0, column 1');
    assert.equal(tokenName(padded, 5), 'row 2, column 1');
    assert.equal(partsInWords(split), 'tiles 2 × 1 and thumbnail');
    assert.equal(partsInWords(padded), '2 × 4');
  });

  it('are found by their place, and beside each other over the border of tiles', () => {
    const regions = placedTokens(partsShown(split, 'tiles')).map(({ region }) => region);
    assert.equal(regionAt(regions, 0.6, 0.9), 6);
    assert.equal(regionAt(regions, 1.2, 0.9), undefined);
    assert.equal(regionBeside(regions, 1, 1, 0), 4);
    assert.equal(regionBeside(regions, 4, -1, 0), 1);
    assert.equal(regionBeside(regions, 4, 0, 1), 6);
    assert.equal(regionBeside(regions, 5, 1, 0), undefined);
    assert.deepEqual(regionOver(regions[0], regions[6]), { left: 0, top: 0, width: 0.75, height: 1 });
  });
});

describe('heat of regions', () => {
  const regions = placedTokens(partsShown(split, 'tiles')).map(({ region, token }) => ({
    region,
    name: String(token),
    value: [0, 4, 0, 1, 2, 0, -3, 0][token],
  }));

  it('is the most opaque where it is the strongest, and nothing below zero', () => {
    const opacity = regionOpacity(regions);
    assert.equal(opacity[1], Math.max(...opacity));
    assert.ok(Math.abs(opacity[4] - opacity[1] / 2) < 1e-6);
    assert.deepEqual([opacity[0], opacity[6]], [0, 0]);
  });

  it('has one outline around what has half of the strongest, over the border of tiles', () => {
    // The tokens 1 and 4 lie beside each other: a rectangle of two, without the edge between them.
    const outline = strongOutline(regions);
    assert.equal(outline.length, 6);
    assert.ok(!outline.some(([x1, , x2]) => x1 === 0.5 && x2 === 0.5));
    assert.deepEqual(strongOutline(regions.map(region => ({ ...region, value: 0 }))), []);
    assert.equal(outlineOf([regions[0].region]).length, 4);
  });
});

describe('regions that are covered one by one', () => {
  it('are about 24, near to squares, and cover the picture', () => {
    for (const [width, height, columns, rows] of [
      [640, 480, 6, 4],
      [480, 640, 4, 6],
      [2400, 100, 24, 1],
      [10, 4000, 1, 24],
    ]) {
      const regions = occlusionRegions({ width, height });
      assert.equal(regions.length, columns * rows, `${width} × ${height}`);
      assert.equal(regions.filter(({ top }) => top === 0).length, columns);
      const area = regions.reduce((sum, region) => sum + region.width * region.height, 0);
      assert.ok(Math.abs(area - 1) < 1e-9);
    }
  });
});
