import assert from 'node:assert/strict';
import { captionJson } from '../../../core/captions/captionJson';
import { heatCells, paddingShare } from '../../../core/captions/heatCells';
import { wholeImage } from '../../../core/images/seenRegion';
import { captionSvg } from '../../../core/export/captionSvg';
import type { Caption } from '../../../core/captions/caption';
import { parseXml } from '../export/xml';

const caption: Caption = {
  image: { hash: 'aa', format: 'png', width: 200, height: 100, frames: 1 },
  text: 'a <lamp>',
  words: [
    { text: 'a', from: 0, to: 1, probability: 0.5 },
    { text: '<lamp>', from: 1, to: 3, probability: 0.25 },
  ],
  grid: { rows: 2, columns: 2 },
  background: [255, 255, 255],
  seen: { left: 0, top: -0.5, width: 1, height: 2 },
  cross: { shape: [1, 1, 2, 4], data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.7, 0.1, 0.1, 0.1) },
  encoder: { shape: [1, 1, 4, 4], data: new Float32Array(16).fill(0.25) },
  photo: false,
  screenshot: false,
  times: { decode: 1, run: 2 },
};

describe('exports of a caption', () => {
  it('heat: the strongest cell the most opaque, nothing at or below 0', () => {
    const cells = heatCells(Float32Array.of(-0.5, 0.1, 0, 0.2), caption);
    assert.deepEqual(
      cells.map(({ cell, opacity }) => [cell, Number(opacity.toFixed(3))]),
      [
        [1, 0.35],
        [3, 0.7],
      ],
    );
    assert.deepEqual(heatCells(Float32Array.of(-1, -2, -3, -4), caption), []);
  });

  it('leaves out what lies on the padding around the picture, and tells how much that is', () => {
    // The first and the last row of cells show nothing of an image that is twice as wide as high.
    const wide = { grid: { rows: 4, columns: 4 }, seen: { left: 0, top: -0.5, width: 1, height: 2 } };
    const heat = new Float32Array(16);
    heat.set([0.5, 0.1, 0.3, 0.1], 3);
    assert.deepEqual(
      heatCells(heat, wide).map(({ cell, opacity }) => [cell, Number(opacity.toFixed(3))]),
      [
        [4, 0.233],
        [5, 0.7],
        [6, 0.233],
      ],
    );
    assert.ok(Math.abs(paddingShare(heat, wide) - 0.5) < 1e-6);
    assert.equal(paddingShare(heat, { ...wide, seen: wholeImage }), 0);
  });

  it('SVG: the image within, and a rectangle where each cell lies on the padded picture', () => {
    const cells = heatCells(Float32Array.of(0, 0.1, 0, 0.2), caption);
    const svg = parseXml(
      captionSvg({
        png: Uint8Array.of(1, 2, 3),
        width: 200,
        height: 100,
        cells,
        color: [255, 0, 0],
        caption: caption.text,
        word: '<lamp>',
      }),
    );
    assert.equal(svg.attributes.viewBox, '0 0 200 100');
    const [title, , image, group] = svg.children;
    assert.equal(title.text, 'a <lamp>');
    assert.equal(image.attributes['xlink:href'], 'data:image/png;base64,AQID');
    assert.equal(group.attributes.fill, '#ff0000');
    // A square of 200 × 200 holds the picture between 50 and 150; cells are 100 × 100 of it.
    assert.deepEqual(
      group.children.map(({ attributes: { x, y, width, height } }) => [x, y, width, height].map(Number)),
      [
        [100, -50, 100, 100],
        [100, 50, 100, 100],
      ],
    );
  });

  it('JSON: words, how sure the model was, and attention by layer, head, word and cell', () => {
    const read = JSON.parse(captionJson('img/a.png', 'tiny-captioner', caption)) as {
      words: object[];
      model: string;
      confidence: number;
      verdict: string;
      cross: number[][][][];
      encoder: number[][][][];
      image: { path: string };
    };
    assert.deepEqual([read.model, read.confidence, read.verdict], ['tiny-captioner', 0.25, 'not sure']);
    assert.deepEqual(read.words, [
      { text: 'a', probability: 0.5 },
      { text: '<lamp>', probability: 0.25 },
    ]);
    assert.deepEqual(read.cross, [
      [
        [
          [0.1, 0.2, 0.3, 0.4],
          [0.7, 0.1, 0.1, 0.1],
        ],
      ],
    ]);
    assert.equal(read.encoder[0][0].length, 4);
    assert.equal(read.image.path, 'img/a.png');
  });
});
