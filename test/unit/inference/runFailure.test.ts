import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { encodeNode, encodeTensor, encodeValueInfo } from '../../../core/onnx/read/encodeOnnx';
import { DataType } from '../../../core/onnx/read/onnxModel';
import { concat, field, intField, textField } from '../../../core/onnx/read/wireWriter';
import { explainGraph } from '../../../inference/graph/explainGraph';
import { GraphModel } from '../../../inference/graph/graphModel';
import { runFailure } from '../../../inference/graph/runFailure';
import { runtimeRefusal } from '../../../inference/models/runtimeRefusal';

/** What ONNX Runtime’s own words look like. */
const theirs = /onnxruntime|Non-zero status|node\. Name|\.cc:|\.h:|\u001b\[|Status Message/;
const folder = (name: string) => path.resolve('test/fixtures/reference-models', name);

describe('why a graph did not run', function () {
  this.timeout(60_000);

  /** The sentence that inputs of some ids are refused with. */
  async function refusal(name: string, file: string, inputs: object): Promise<string> {
    const open = await GraphModel.open({ id: name, folder: folder(name), dtype: 'fp32', graph: { file } }, file);
    try {
      await explainGraph(open, JSON.stringify(inputs));
    } catch (error) {
      const { message } = error as Error;
      assert.doesNotMatch(message, theirs);
      assert.match(message, /^[^\n]+\.$/);
      return message;
    } finally {
      await open.dispose();
    }
    return assert.fail(`${name} took ${JSON.stringify(inputs)}.`);
  }
  const ids = (length: number, value = 5) => Array<number>(length).fill(value);

  it('what is too long names input, axis, how long it is, and how long it may be', async () => {
    const says = (name: string) =>
      `“input_ids” is 600 long along axis 1 (“sequence_length”), and ${name} reads at most 64; give it 64 or fewer.`;
    // Positions are added by BERT, looked up by GPT-2.
    assert.equal(await refusal('bert', 'model_eager.onnx', { input_ids: ids(600) }), says('bert'));
    assert.equal(await refusal('gpt2', 'model_eager.onnx', { input_ids: ids(600) }), says('gpt2'));
  });

  it('a number that is not in the vocabulary is named', async () => {
    assert.match(
      await refusal('gpt2', 'model_eager.onnx', { input_ids: [1, 99_999] }),
      /^“input_ids” holds 99999, and gpt2 knows 0 to \d+; give it numbers of its own vocabulary\.$/,
    );
  });

  it('what is empty names input and axis', async () => {
    assert.equal(
      await refusal('bert', 'model_eager.onnx', { input_ids: { shape: [1, 0], data: [] } }),
      '“input_ids” is empty along axis 1 (“sequence_length”); give at least one number there.',
    );
  });

  it('a wrong length along a fixed axis, and a wrong type, name what is given and wanted', async () => {
    assert.equal(
      await refusal('vit', 'model_eager.onnx', { pixel_values: { shape: [1, 3, 16, 32], data: ids(1536, 0) } }),
      '“pixel_values” has the shape [1, 3, 16, 32], and the model wants float32 [batch_size, 3, 32, 32]: along axis 2 it is 16 long in place of 32.',
    );
    assert.equal(
      await refusal('bert', 'model_eager.onnx', { input_ids: { dtype: 'float32', shape: [1, 2], data: [1, 2] } }),
      '“input_ids” says that it is "float32", and the model wants int64 [batch_size, sequence_length]; give it as int64.',
    );
  });

  it('what was exported for another length is told by what the runtime could not reshape', () => {
    const input = { name: 'x', type: 'float32', shape: ['batch', 'time', 8] };
    const run = {
      id: 'm',
      inputs: [input],
      arrays: new Map([['x', { shape: [1, 9, 8], data: [] }]]),
      otherwise: 'see the log',
    };
    assert.equal(
      runFailure(run, new Error('cannot be reshaped. Input shape:{1,9,8}, requested shape:{1,12,2,4}')),
      '“x” is 9 long along axis 1 (“time”), and m was exported for 12 there; give it 12, or export it with a free axis.',
    );
    assert.equal(
      runFailure(run, new Error('Non-zero status code returned while running MatMul node.')),
      'm failed while it ran on these inputs; see the log.',
    );
  });
});

describe('why ONNX Runtime does not open a model', () => {
  const model = (nodes: Uint8Array[], opset = 17, ir = 8) =>
    concat([
      intField(1, ir),
      ...field(7, [
        ...nodes.flatMap(node => field(1, [node])),
        textField(2, 'g'),
        ...field(5, [encodeTensor('whole', DataType.int64, [1], new Uint8Array(8))]),
        ...field(11, [encodeValueInfo('x', DataType.float, [1])]),
        ...field(12, [encodeValueInfo('y', DataType.float)]),
      ]),
      ...field(8, [concat([textField(1, ''), intField(2, opset)])]),
      ...field(8, [concat([textField(1, 'own'), intField(2, 1)])]),
    ]);
  const node = (type: string, inputs: string[], domain?: string) =>
    encodeNode({ type, inputs, outputs: ['y'], domain });

  for (const [what, bytes, says] of [
    ['an operator of its own', () => model([node('Fancy', ['x'], 'own')]), /does not know its operator own[.:]Fancy/],
    ['an operator that ONNX has not', () => model([node('Fancy', ['x'])]), /does not know its operator \S*Fancy/],
    ['types that do not fit', () => model([node('Add', ['x', 'whole'])]), /its operator Add .*types that do not fit/],
    ['too many inputs', () => model([node('Relu', ['x', 'x'])]), /^its node .* is not as the operator wants it/],
    ['a newer format', () => model([node('Relu', ['x'])], 17, 99), /version 99 of the ONNX format, .* reads up to \d+/],
    ['newer operators', () => model([node('Relu', ['x'])], 99), /operator set 99, which is newer/],
    [
      'a file cut short',
      () => readFileSync(path.join(folder('bert'), 'model_eager.onnx')).subarray(0, 5000),
      /damaged or cut short/,
    ],
  ] as const) {
    it(`${what}`, async () => {
      const error: unknown = await InferenceSession.create(bytes(), { logSeverityLevel: 4 }).then(
        () => assert.fail('it was opened'),
        (error: unknown) => error,
      );
      const told = runtimeRefusal(error);
      assert.match(told, says, (error as Error).message);
      assert.doesNotMatch(told, theirs);
    });
  }

  it('what is not known is in the log', () => {
    assert.equal(
      runtimeRefusal(new Error('/onnxruntime_src/x.cc:1 Something')),
      'ONNX Runtime does not take it; its reason is in the log (“Headlight: Show Log”)',
    );
  });
});
