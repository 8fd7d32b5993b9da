import assert from 'node:assert/strict';
import { answerSvg } from '../../../core/export/answerSvg';
import { alikeShare, standsOut } from '../../../core/export/standsOut';
import type { ShownAnswer } from '../../../core/vision/shownAnswer';
import { blueLook } from './blueLook';
import { parseXml } from './xml';

const shown: ShownAnswer = {
  title: 'docs/sales & more.png',
  turns: [{ role: 'user', text: 'Which bar is <b>?' }],
  answer: {
    image: { hash: '', format: 'png', width: 200, height: 100, frames: 1 },
    model: {
      id: 'tiny',
      architecture: 'idefics3',
      dtype: 'q8',
      task: 'image-text-to-text',
      contextLength: 99,
      found: '',
    },
    text: 'It is Q4.',
    words: ['It', 'is', 'Q4.'].map((text, i) => ({
      text,
      from: i,
      to: i + 1,
      probability: 0.5,
      instead: [{ text: ' Q3', probability: 0.2 }],
    })),
    cut: false,
    parts: [
      { kind: 'tile', region: { left: 0, top: 0, width: 0.5, height: 1 }, rows: 1, columns: 2, from: 0 },
      { kind: 'tile', region: { left: 0.5, top: 0, width: 0.5, height: 1 }, rows: 1, columns: 2, from: 2 },
      { kind: 'thumbnail', region: { left: 0, top: 0, width: 1, height: 1 }, rows: 1, columns: 1, from: 4 },
    ],
    pictureTokens: 5,
    prompt: ['<s>', 'Which'],
    layers: 1,
    heads: 1,
    times: { decode: 1, encode: 1, write: 1 },
  },
  wish: { word: 2, layer: 'all', head: 'all', weighting: 'raw' },
  shown: 'tiles',
  attention: {
    picture: Float32Array.of(0.1, 0, 0.4, 0.3, 0.05),
    prompt: Float32Array.of(0.1, 0.02),
    words: Float32Array.of(0.01, 0.02, 0),
    heads: Float32Array.of(0.85),
  },
  covers: [{ name: 'cover 1', regions: [{ left: 0.5, top: 0, width: 0.5, height: 1 }], changes: [0, -0.1, -2.8] }],
  png: Uint8Array.of(1, 2, 3),
};

describe('the picture of an answer', () => {
  it('has the tokens that are shown where they lie with their numbers, an outline, borders, covers and the words', () => {
    const svg = answerSvg(shown, blueLook);
    parseXml(svg);
    assert.match(svg, /<title id="title">“Q4\.” looks at the picture<\/title>/);
    assert.match(svg, /x="320" y="0" width="160" height="320"[^>]*><title>tile 2, row 0, column 0: 0\.4<\/title>/);
    assert.ok(!svg.includes('thumbnail, row'));
    // The two strongest lie beside each other: an outline of six edges.
    assert.equal(/<path d="([^"]*)" fill="none" stroke="#ffffff"/.exec(svg)![1].split('M').length - 1, 6);
    assert.match(svg, /stroke-dasharray="6 4"/);
    assert.match(svg, /cover 1, Δ log p: It 0 is −0\.10 Q4\. −2\.80/);
    assert.match(svg, /Question: Which bar is &lt;b&gt;\?/);
  });

  it('of the thumbnail shows that alone, without borders', () => {
    const svg = answerSvg({ ...shown, shown: 'thumbnail', covers: [] }, blueLook);
    assert.match(svg, /<title>thumbnail, row 0, column 0: 0\.05<\/title>/);
    assert.ok(!svg.includes('tile 1,') && !svg.includes('stroke-dasharray'));
  });
});

describe('the colour of heat on a picture', () => {
  const filled = (...color: number[]) => Uint8ClampedArray.from({ length: 400 }, (_, i) => [...color, 255][i % 4]);
  const blue = [55, 148, 255] as const;
  const orange = [209, 134, 22] as const;

  const yellow = [255, 221, 51] as const;

  it('is the preferred one, unless the picture is like it', () => {
    const of = (...color: number[]) => standsOut(filled(...color), blue, [orange, yellow]);
    assert.deepEqual(of(255, 255, 255), blue);
    assert.deepEqual(of(200, 130, 30), blue);
    // On blue yellow is seen best; where there is white, too, orange.
    assert.deepEqual(of(40, 120, 220), yellow);
    const mixed = Uint8ClampedArray.of(...filled(255, 255, 255), ...filled(40, 120, 220));
    assert.deepEqual(standsOut(mixed, blue, [orange, yellow]), orange);
    assert.equal(alikeShare(filled(40, 120, 220), blue), 1);
    assert.equal(alikeShare(new Uint8ClampedArray(400), blue), 0);
  });
});
