import assert from 'node:assert/strict';
import type { PictureLook } from '../../../core/export/pictureLook';
import type { MechanismAnswers } from '../../../core/mechanisms/mechanismAnswer';
import { rightCharacters, strongestCharacter } from '../../../core/mechanisms/mechanismAnswer';
import { readDate } from '../../../core/mechanisms/readDate';
import { exportMechanisms } from '../../../inference/export/exportMechanisms';

const look: PictureLook = {
  colors: { background: [0, 0, 0], foreground: [255, 255, 255], dim: [128, 128, 128], line: [64, 64, 64] },
  heat: { colors: Array.from({ length: 64 }, (_, i) => [0, 0, i] as const), scale: 'linear' },
  negative: [255, 128, 0],
  pens: [
    [0, 0, 255],
    [255, 0, 0],
  ],
  focus: [255, 255, 0],
};

/** Two answers of four characters over three that were read. */
const answers: MechanismAnswers = {
  text: '<',
  characters: ['⊢', '<', '⊣'],
  unknown: ['<'],
  right: { ...readDate('7 march 1943')!, iso: '1943' },
  answers: [
    {
      id: 'none',
      output: '1944',
      probabilities: Float32Array.of(0.5, 0.25, 0.125, 1),
      vector: Float32Array.of(0.5, -1),
      parameters: 10,
      exact: 0.2,
      time: 1,
    },
    {
      id: 'luong',
      output: '1943',
      probabilities: Float32Array.of(0.5, 0.25, 0.125, 1),
      alignment: Float32Array.of(0, 1, 0, 0.25, 0.5, 0.25, 1, 0, 0, 0, 0.125, 0.875),
      heads: { layers: 1, heads: 1 },
      parameters: 12,
      exact: 1,
      time: 1,
    },
  ],
};

describe('a comparison of mechanisms', () => {
  it('knows which characters are right, and what a digit looks at most', () => {
    assert.deepEqual(rightCharacters(answers.answers[0], answers.right), [true, true, true, false]);
    assert.deepEqual(rightCharacters(answers.answers[1], answers.right), [true, true, true, true]);
    assert.equal(rightCharacters(answers.answers[0], undefined), undefined);
    const alignment = answers.answers[1].alignment!;
    assert.deepEqual(
      [0, 1, 2, 3].map(step => strongestCharacter(alignment, step, 3)),
      [1, 1, 0, 2],
    );
  });

  it('as CSV has a row for each weight and for each number of the vector', () => {
    const lines = exportMechanisms('csv', answers, look).trimEnd().split('\r\n');
    assert.equal(lines[0], 'mechanism,step,digit,probability,position,character,value');
    assert.equal(lines.length, 1 + 2 + 12);
    assert.equal(lines[2], 'none,,,,1,vector,-1');
    assert.equal(lines[1 + 2 + 11], 'luong,3,3,1,2,⊣,0.875');
  });

  it('as JSON has all numbers, and whether the answer is right', () => {
    const { text, right, mechanisms } = JSON.parse(exportMechanisms('json', answers, look)) as {
      text: string;
      right: string;
      mechanisms: { mechanism: string; correct: boolean; vector?: number[]; alignment?: number[][] }[];
    };
    assert.deepEqual([text, right], ['<', '1943']);
    assert.deepEqual(
      mechanisms.map(({ mechanism, correct }) => [mechanism, correct]),
      [
        ['none', false],
        ['luong', true],
      ],
    );
    assert.deepEqual(mechanisms[0].vector, [0.5, -1]);
    assert.deepEqual(mechanisms[1].alignment?.[3], [0, 0.125, 0.875]);
  });

  it('as SVG and HTML has a cell for each number, underlines what is wrong, and escapes what was typed', () => {
    const svg = exportMechanisms('svg', answers, look);
    // The background, the vector and the alignment.
    assert.equal(svg.match(/<rect /g)?.length, 1 + 2 + 12);
    assert.equal(svg.match(/text-decoration="underline"/g)?.length, 1);
    assert.match(svg, /Recurrent, no attention: 1944, wrong; Luong \(multiplicative\): 1943, right/);
    assert.ok(svg.includes('&lt;') && !svg.includes('><<'));
    const page = exportMechanisms('html', answers, look);
    assert.match(page, /<caption>Luong \(multiplicative\): what each digit looks at<\/caption>/);
    assert.match(page, /<td>0\.8750<\/td>/);
    const unread = exportMechanisms('svg', { ...answers, right: undefined }, look);
    assert.match(unread, /not a date that Headlight can check/);
    assert.doesNotMatch(unread, /underline/);
  });
});
