import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { exampleInputs } from '../../../core/graph/exampleInputs';
import { describeInput, parseInputs, type DeclaredInput } from '../../../core/graph/graphInputs';
import { readNpy } from '../../../core/graph/readNpy';

const ids: DeclaredInput = { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] };
const pixels: DeclaredInput = { name: 'pixels', type: 'float32', shape: [1, 2, 2] };
const noFile = () => Promise.reject(new Error('no file'));

describe('parseInputs', () => {
  it('reads nested arrays, adds the batch where it is left out, and keeps labels', async () => {
    const given = await parseInputs(
      '{"input_ids": [3, 1, 2], "pixels": [[[1, 2], [3, 4.5]]], "labels": ["a", "b", "c"], "vocabulary": ["x", "y"]}',
      [ids, pixels],
      noFile,
    );
    assert.deepEqual(given.arrays.get('input_ids'), { shape: [1, 3], data: [3, 1, 2] });
    assert.deepEqual(given.arrays.get('pixels'), { shape: [1, 2, 2], data: [1, 2, 3, 4.5] });
    assert.deepEqual(given.labels, ['a', 'b', 'c']);
    assert.deepEqual(given.vocabulary, { 0: 'x', 1: 'y' });
  });

  it('reads shape and data, inside of “inputs” too', async () => {
    const given = await parseInputs(
      '{"inputs": {"input_ids": {"dtype": "int64", "shape": [2, 2], "data": [1, 2, 3, 4]}}}',
      [ids],
      noFile,
    );
    assert.deepEqual(given.arrays.get('input_ids'), { shape: [1, 2], data: [1, 2] });
  });

  it('takes one sequence of a batch, of each input that is batched, and the first where none is chosen', async () => {
    const inputs: DeclaredInput[] = [
      ids,
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'bias', type: 'float32', shape: ['sequence', 'sequence'] },
      { name: 'past_key_values.0.key', type: 'float32', shape: ['batch', 4, 'past', 8] },
    ];
    const file = {
      input_ids: [
        [1, 2],
        [3, 4],
      ],
      attention_mask: [
        [1, 1],
        [1, 0],
      ],
      bias: [
        [0.5, 1.5],
        [2.5, 3.5],
      ],
    };
    for (const [more, sequence, tokens, mask] of [
      [{}, 1, [1, 2], [1, 1]],
      [{ sequence: 1 }, 1, [1, 2], [1, 1]],
      [{ sequence: 2 }, 2, [3, 4], [1, 0]],
    ] as const) {
      const given = await parseInputs(
        JSON.stringify({ ...file, ...more }),
        inputs.map(input => (input.name === 'bias' ? { ...input, shape: [2, 2] } : input)),
        noFile,
      );
      assert.deepEqual([given.sequences, given.sequence], [2, sequence]);
      assert.deepEqual(given.arrays.get('input_ids'), { shape: [1, 2], data: tokens });
      assert.deepEqual(given.arrays.get('attention_mask'), { shape: [1, 2], data: mask });
      // What has no batch stays whole, and what is implied is for one.
      assert.deepEqual(given.arrays.get('bias'), { shape: [2, 2], data: [0.5, 1.5, 2.5, 3.5] });
      assert.deepEqual(given.arrays.get('past_key_values.0.key')?.shape, [1, 4, 0, 8]);
    }
    const alone = await parseInputs('{"input_ids": [1, 2]}', [ids], noFile);
    assert.deepEqual([alone.sequences, alone.sequence], [1, 1]);
  });

  for (const [sequence, says] of [
    [3, 'the inputs hold 2; give a number from 1 to 2'],
    [0, 'the inputs hold 2; give a number from 1 to 2'],
    [1.5, 'the inputs hold 2'],
    ['last', 'the inputs hold 2'],
  ] as const) {
    it(`refuses ${JSON.stringify(sequence)} as one of two sequences`, async () => {
      await assert.rejects(
        parseInputs(JSON.stringify({ input_ids: [[1], [2]], sequence }), [ids], noFile),
        ({ message }: Error) => message.startsWith(`“sequence” is ${JSON.stringify(sequence)}, and ${says}`),
      );
    });
  }

  it('reads an NPY file that is named', async () => {
    const bytes = readFileSync('test/fixtures/export/vector.npy');
    const expected = readNpy(bytes, 'vector.npy');
    const given = await parseInputs(
      '{"v": "vector.npy"}',
      [{ name: 'v', type: 'float32', shape: expected.shape }],
      name => Promise.resolve(readNpy(bytes, name)),
    );
    assert.deepEqual(given.arrays.get('v')?.shape, expected.shape);
  });

  it('implies a mask, positions and an empty cache where they are left out', async () => {
    const input = (name: string, shape: (number | string)[]): DeclaredInput => ({ name, type: 'int64', shape });
    const given = await parseInputs(
      '{"input_ids": [3, 1, 2]}',
      [
        ids,
        input('attention_mask', ['batch', 'total']),
        input('position_ids', ['batch', 'sequence']),
        input('past_key_values.0.key', ['batch', 4, 'past', 8]),
      ],
      noFile,
    );
    assert.deepEqual(given.arrays.get('attention_mask'), { shape: [1, 3], data: [1, 1, 1] });
    assert.deepEqual(given.arrays.get('position_ids')?.data, [0, 1, 2]);
    assert.deepEqual(given.arrays.get('past_key_values.0.key'), { shape: [1, 4, 0, 8], data: [] });
  });

  for (const [what, json, says] of [
    ['no JSON', '{', /not JSON/],
    ['an array', '[1]', /must be an object with an array for each input: input_ids/],
    ['a missing input', '{"ids": [1]}', /lack “input_ids” \(int64 \[batch, sequence\]\); “ids” is no input/],
    ['ragged rows', '{"input_ids": [[1, 2], [3]]}', /ragged/],
    ['words', '{"input_ids": ["a"]}', /holds "a", which is no number/],
    [
      'too many axes',
      '{"input_ids": [[[1]]]}',
      /has the shape \[1, 1, 1\], and the model wants int64 \[batch, sequence\]/,
    ],
    ['fractions', '{"input_ids": [1, 2.5]}', /“input_ids” takes whole numbers \(int64\), and holds 2\.5 at \[0, 1\]/],
    [
      'an unknown input',
      '{"input_ids": [1], "items": [1]}',
      /“items” is no input of this model, which takes input_ids/,
    ],
    ['too few numbers', '{"input_ids": {"shape": [1, 3], "data": [1]}}', /gives 1 numbers for the shape/],
  ] as const) {
    it(`says what is wrong with ${what}`, () => assert.rejects(parseInputs(json, [ids], noFile), says));
  }

  it('takes a batch whole where scripts ask for it, fills what it implies, and passes over what is no input', async () => {
    const mask: DeclaredInput = { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] };
    const { arrays } = await parseInputs('{"input_ids": [[1, 2], [3, 4]], "items": [1]}', [ids, mask], noFile, true);
    assert.deepEqual(
      [...arrays].map(([name, { shape, data }]) => [name, shape, data]),
      [
        ['input_ids', [2, 2], [1, 2, 3, 4]],
        ['attention_mask', [2, 2], [1, 1, 1, 1]],
      ],
    );
  });

  it('says which number is out of its type’s range, and which inputs differ in length', async () => {
    const mask: DeclaredInput = { name: 'mask', type: 'bool', shape: ['batch', 'sequence'] };
    await assert.rejects(
      parseInputs('{"input_ids": [1, 2], "mask": [1, 2]}', [ids, mask], noFile),
      /“mask” takes 0 or 1 \(bool\), and holds 2 at \[0, 1\]/,
    );
    await assert.rejects(
      parseInputs('{"input_ids": [1, 2], "mask": [1]}', [ids, mask], noFile),
      /“mask” has the length 1 along “sequence”, where “input_ids” has 2/,
    );
    await assert.rejects(
      parseInputs('{"k": [300]}', [{ name: 'k', type: 'uint8', shape: [1] }], noFile),
      /“k” takes whole numbers from 0 to 255 \(uint8\), and holds 300 at \[0\]/,
    );
    await assert.rejects(
      parseInputs('{"pixels": "nan.npy"}', [pixels], () => Promise.resolve({ shape: [1, 2, 2], data: [1, NaN, 0, 0] })),
      /“pixels” takes numbers, and holds NaN at \[0, 0, 1\]/,
    );
  });

  it('takes what exampleInputs makes', async () => {
    const example = exampleInputs([
      ids,
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
      pixels,
    ]);
    const given = await parseInputs(example, [ids, pixels], noFile);
    assert.deepEqual(given.arrays.get('input_ids')?.data, [5, 6, 7, 8, 9, 10, 11, 12]);
    assert.deepEqual(given.arrays.get('pixels')?.shape, [1, 2, 2]);
    assert.equal(describeInput(pixels), 'float32 [1, 2, 2]');
  });
});

describe('readNpy', () => {
  it('reads what NumPy wrote', () => {
    const { shape, data } = readNpy(readFileSync('test/fixtures/export/weights.npy'), 'weights.npy');
    assert.equal(
      data.length,
      shape.reduce((a, b) => a * b, 1),
    );
    assert.ok(Array.from(data).every(value => Number.isFinite(Number(value))));
  });

  it('reads the types that models take, in either byte order', () => {
    const file = (descr: string, body: number[]) => {
      const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (2,), }`.padEnd(117) + '\n';
      return Uint8Array.from([
        0x93,
        0x4e,
        0x55,
        0x4d,
        0x50,
        0x59,
        1,
        0,
        header.length,
        0,
        ...new TextEncoder().encode(header),
        ...body,
      ]);
    };
    const numbers = (descr: string, body: number[]) => Array.from(readNpy(file(descr, body), 'x').data);
    assert.deepEqual(numbers('<i8', [1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]), [1n, -1n]);
    assert.deepEqual(numbers('>i2', [0, 5, 255, 254]), [5, -2]);
    assert.deepEqual(numbers('|b1', [1, 0]), [1, 0]);
    assert.deepEqual(numbers('<f2', [0, 0x3c, 0, 0xc0]), [1, -2]);
    assert.throws(() => readNpy(file('<c8', []), 'x.npy'), /x\.npy holds numbers of type c8/);
    assert.throws(() => readNpy(file('<f8', [0]), 'x.npy'), /x\.npy is cut short/);
    assert.throws(() => readNpy(new Uint8Array(20), 'x.npy'), /not an NPY file/);
  });
});
