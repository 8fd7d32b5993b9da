import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { readModel } from '../../../core/onnx';
import { inferShapes } from '../../../core/onnx/graph/inferShapes';
import { linkGraph, type Value } from '../../../core/onnx/graph/linkedGraph';
import { encodeNode, encodeTensor, encodeValueInfo, type AttributeValue } from '../../../core/onnx/read/encodeOnnx';
import { DataType } from '../../../core/onnx/read/onnxModel';
import { concat, field, intField, textField } from '../../../core/onnx/read/wireWriter';

/** See test/fixtures/operators/make_operators.py. */
interface Operator {
  readonly in: readonly string[];
  readonly out: readonly string[];
  readonly types: Readonly<Record<string, readonly number[]>>;
  readonly attributes: readonly string[];
}

const operators = JSON.parse(
  readFileSync(path.join('test', 'fixtures', 'operators', 'operators.json'), 'utf8'),
) as Record<string, Operator>;
const numbers = DataType as Record<string, number>;
const bare = (name: string): string => name.replace(/[?…]$/, '');
const named = (type: string): number | undefined => numbers[/^tensor\((\w+)\)$/.exec(type)?.[1] ?? ''];

interface GivenInput {
  readonly type: number;
  readonly shape?: readonly (number | string)[];
  /** Of a constant. */
  readonly data?: Uint8Array;
}

/** A graph of one node. */
function oneNode(
  name: string,
  inputs: readonly (GivenInput | undefined)[],
  outputs: number,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): Uint8Array {
  const at = name.lastIndexOf('.');
  const names = inputs.map((input, i) => (input ? `in${i}` : ''));
  const results = Array.from({ length: outputs }, (_, i) => `out${i}`);
  return concat([
    intField(1, 9),
    ...field(7, [
      ...field(1, [
        encodeNode({
          type: name.slice(at + 1),
          domain: at < 0 ? undefined : name.slice(0, at),
          inputs: names,
          outputs: results,
          attributes,
        }),
      ]),
      textField(2, 'one'),
      ...inputs.flatMap((input, i) =>
        !input
          ? []
          : input.data
            ? field(5, [encodeTensor(names[i], input.type, input.shape as number[], input.data)])
            : field(11, [encodeValueInfo(names[i], input.type, input.shape)]),
      ),
      ...results.flatMap(result => field(12, [textField(1, result)])),
    ]),
    ...field(8, [concat([textField(1, ''), intField(2, 21)])]),
    ...field(8, [concat([textField(1, at < 0 ? 'com.microsoft' : name.slice(0, at)), intField(2, 1)])]),
  ]);
}

function inferred(bytes: Uint8Array): readonly Value[] {
  const graph = linkGraph(readModel(bytes));
  inferShapes(graph);
  return graph.root.outputs;
}

/** One type for each variable of an operator, other ones as far as there are. */
function bind({ types }: Operator): Map<string, number> {
  const bound = new Map<string, number>();
  for (const [variable, allowed] of Object.entries(types)) {
    const others = allowed.filter(type => ![...bound.values()].includes(type));
    const type = others.at(-1) ?? allowed[0];
    if (type !== undefined) bound.set(variable, type);
  }
  return bound;
}

describe('the types that operators give', () => {
  it('knows each operator of com.microsoft, and is never wrong about one of the standard’s', () => {
    const unknown: string[] = [];
    for (const [name, operator] of Object.entries(operators)) {
      // Their outputs are what their bodies or their attributes say.
      if (['If', 'Loop', 'Scan', 'Constant', 'SequenceMap'].includes(name)) continue;
      const bound = bind(operator);
      const typeOf = (what: string): number | undefined => named(bare(what)) ?? bound.get(bare(what));
      const inputs = operator.in.map(what => {
        const type = typeOf(what);
        return type === undefined ? undefined : { type };
      });
      // What the operator itself may be asked for.
      const asked = operator.attributes.find(attribute => /^(to|dtype|output_dtype|output_datatype)$/.test(attribute));
      const outputs = inferred(
        oneNode(name, inputs, operator.out.length, asked ? { [asked]: { int: DataType.double } } : {}),
      );
      operator.out.forEach((what, i) => {
        const tied = operator.in.some(input => bare(input) === bare(what)) || named(bare(what)) !== undefined;
        const allowed = operator.types[bare(what)] ?? [];
        const right = asked && !tied && i === 0 ? DataType.double : typeOf(what);
        const { type } = outputs[i];
        if (type === undefined) {
          if (tied && right !== undefined) unknown.push(`${name} ${i}`);
        } else if (tied || allowed.length === 1) {
          assert.ok(type === right || (asked && type === DataType.double), `${name} gives ${type}, not ${right}`);
        } else {
          const may = asked || allowed.length === 0 || allowed.includes(type);
          assert.ok(may, `${name} cannot give ${type}`);
        }
      });
    }
    assert.deepStrictEqual(
      unknown.filter(
        name => !name.startsWith('Sequence') && !/^(Optional|ConcatFromSequence|SplitToSequence)/.test(name),
      ),
      ['com.microsoft.EPContext 0', 'com.microsoft.Snpe 0'],
    );
  });

  it('says nothing of an operator of another domain, whatever it is called', () => {
    for (const name of ['org.example.Add', 'org.example.Softmax', 'ai.onnx.contrib.Anything', 'com.microsoft.NewOne']) {
      const [output] = inferred(
        oneNode(
          name,
          [
            { type: DataType.uint8, shape: [2, 3] },
            { type: DataType.float, shape: [2, 3] },
          ],
          1,
        ),
      );
      assert.strictEqual(output.type, undefined, name);
      assert.strictEqual(output.shape, undefined, name);
    }
  });

  const float = (...shape: (number | string)[]): GivenInput => ({ type: DataType.float, shape });
  const half = (...shape: (number | string)[]): GivenInput => ({ type: DataType.float16, shape });
  const bytes = (...shape: number[]): GivenInput => ({ type: DataType.uint8, shape });
  const int32 = (...shape: (number | string)[]): GivenInput => ({ type: DataType.int32, shape });
  const int64 = (...shape: (number | string)[]): GivenInput => ({ type: DataType.int64, shape });
  const constant = (type: number, shape: number[], size: number): GivenInput => ({
    type,
    shape,
    data: new Uint8Array(shape.reduce((a, b) => a * b, 1) * size),
  });
  const n = (values: Record<string, number>): Record<string, AttributeValue> =>
    Object.fromEntries(Object.entries(values).map(([name, int]) => [name, { int }]));

  // What ONNX Runtime opens on the CPU: its own inference is what ours is compared with.
  const opened: readonly [
    name: string,
    inputs: readonly (GivenInput | undefined)[],
    outputs: number,
    attributes?: Record<string, AttributeValue>,
  ][] = [
    [
      'com.microsoft.GatherBlockQuantized',
      [constant(DataType.uint8, [100, 32], 1), int64('batch', 'tokens'), constant(DataType.float16, [100, 2], 2)],
      1,
      n({ bits: 4, block_size: 32, gather_axis: 0, quantize_axis: 1 }),
    ],
    [
      'com.microsoft.GatherBlockQuantized',
      [constant(DataType.uint8, [100, 64], 1), int32('batch', 7), constant(DataType.float, [100, 2], 4)],
      1,
      n({ bits: 8, block_size: 32, gather_axis: 0, quantize_axis: 1 }),
    ],
    [
      'com.microsoft.MatMulNBits',
      [half('batch', 'tokens', 64), constant(DataType.uint8, [48, 2, 16], 1), constant(DataType.float16, [48, 2], 2)],
      1,
      n({ K: 64, N: 48, bits: 4, block_size: 32 }),
    ],
    [
      'com.microsoft.MatMulBnb4',
      [float(1, 'tokens', 64), constant(DataType.uint8, [1536], 1), constant(DataType.float, [48], 4)],
      1,
      n({ K: 64, N: 48, quant_type: 1, block_size: 64 }),
    ],
    ['com.microsoft.FusedMatMul', [float(2, 3, 4), float(2, 5, 4)], 1, n({ transB: 1 })],
    ['com.microsoft.TransposeMatMul', [float(2, 3, 4), float(2, 4, 5)], 1],
    ['com.microsoft.FusedGemm', [float(3, 4), float(4, 5), float(5)], 1, { activation: { text: 'Relu' } }],
    ['com.microsoft.DynamicQuantizeMatMul', [float(2, 3, 4), bytes(4, 5), float(1), bytes(1)], 1],
    ['com.microsoft.MatMulIntegerToFloat', [bytes(2, 3, 4), bytes(4, 5), float(1), float(1), bytes(1), bytes(1)], 1],
    ['com.microsoft.SkipLayerNormalization', [float(1, 3, 4), float(1, 3, 4), float(4), float(4)], 4],
    ['com.microsoft.SkipSimplifiedLayerNormalization', [half(1, 'tokens', 4), half(1, 'tokens', 4), half(4)], 4],
    [
      'com.microsoft.EmbedLayerNormalization',
      [int32(1, 3), int32(1, 3), float(9, 4), float(9, 4), float(2, 4), float(4), float(4), int32(1, 3)],
      2,
    ],
    ['com.microsoft.Gelu', [float(2, 3)], 1],
    ['com.microsoft.FastGelu', [float(2, 3), float(3)], 1],
    ['com.microsoft.QuickGelu', [half(2, 3)], 1],
    ['com.microsoft.BiasGelu', [float(2, 3), float(3)], 1],
    [
      'com.microsoft.GroupQueryAttention',
      [half(1, 't', 80), undefined, undefined, half(1, 1, 'p', 16), half(1, 1, 'p', 16), int32(1), int32()],
      3,
      n({ num_heads: 3, kv_num_heads: 1 }),
    ],
    [
      'com.microsoft.GroupQueryAttention',
      [
        float(1, 't', 48),
        float(1, 't', 16),
        float(1, 't', 16),
        float(1, 1, 'p', 16),
        float(1, 1, 'p', 16),
        int32(1),
        int32(),
      ],
      3,
      n({ num_heads: 3, kv_num_heads: 1 }),
    ],
    ['com.microsoft.MultiHeadAttention', [float(1, 3, 8), float(1, 3, 8), float(1, 3, 12)], 1, n({ num_heads: 2 })],
    ['com.microsoft.Attention', [float(1, 3, 8), float(8, 24), float(24)], 1, n({ num_heads: 2 })],
    [
      'com.microsoft.QAttention',
      [bytes(1, 3, 8), constant(DataType.uint8, [8, 24], 1), float(24), float(), float(), undefined, bytes(), bytes()],
      1,
      n({ num_heads: 2 }),
    ],
    ['com.microsoft.RotaryEmbedding', [half(1, 2, 5, 16), int64(1, 5), half(9, 8), half(9, 8)], 1],
    ['com.microsoft.QuantizeLinear', [float(2, 3), float(), { type: DataType.uint16, shape: [] }], 1],
    ['com.microsoft.DequantizeLinear', [{ type: DataType.int32, shape: [2, 3] }, float()], 1],
    ['com.microsoft.QLinearAdd', [bytes(2, 3), float(), bytes(), bytes(3), float(), bytes(), float(), bytes()], 1],
    ['com.microsoft.QLinearMul', [bytes(2, 3), float(), bytes(), bytes(3), float(), bytes(), float(), bytes()], 1],
    ['com.microsoft.QLinearSigmoid', [bytes(2, 3), constant(1, [], 4), bytes(), constant(1, [], 4), bytes()], 1],
    [
      'com.microsoft.QLinearConcat',
      [float(), bytes(), bytes(2, 3), float(), bytes(), bytes(2, 3), float(), bytes()],
      1,
      n({ axis: 1 }),
    ],
    ['com.microsoft.QGemm', [bytes(2, 3), float(), bytes(), bytes(3, 4), float(), bytes()], 1],
    ['com.microsoft.MurmurHash3', [int32(2, 3)], 1, n({ positive: 0 })],
    ['com.microsoft.GatherND', [float(2, 3), int64(2, 1)], 1],
    ['com.microsoft.ExpandDims', [float(2, 3), constant(DataType.int32, [1], 4)], 1],
    ['com.microsoft.Trilu', [float(2, 3)], 1],
    ['com.microsoft.Unique', [float(5)], 3],
    ['com.microsoft.NGramRepeatBlock', [int64(1, 5), float(1, 9)], 1, n({ ngram_size: 2 })],
    ['com.microsoft.CDist', [float(3, 4), float(5, 4)], 1, { metric: { text: 'euclidean' } }],
    ['com.microsoft.Inverse', [float(3, 3)], 1],
    ['com.microsoft.DynamicTimeWarping', [float(1, 4, 5)], 1],
    ['com.microsoft.UnfoldTensor', [float(2, 9)], 1, n({ dim: 1, size: 3, step: 3 })],
  ];

  it('agrees with what ONNX Runtime says of one node, where it opens it', async () => {
    const closed: string[] = [];
    for (const [name, inputs, count, attributes] of opened) {
      const file = oneNode(name, inputs, count, attributes);
      let session: InferenceSession;
      try {
        session = await InferenceSession.create(file, { logSeverityLevel: 4 });
      } catch (error) {
        closed.push(`${name}: ${(error as Error).message}`);
        continue;
      }
      inferred(file).forEach((ours, i) => {
        const theirs = session.outputMetadata[i];
        if (!theirs?.isTensor) return;
        const where = `${name} ${i}`;
        const type = numbers[theirs.type === 'float32' ? 'float' : theirs.type];
        if (ours.type !== undefined) assert.strictEqual(ours.type, type, where);
        else assert.strictEqual(name, 'com.microsoft.MurmurHash3');
        if (!ours.shape || theirs.shape.length === 0) return;
        assert.strictEqual(ours.shape.length, theirs.shape.length, where);
        ours.shape.forEach((dim, axis) => {
          const their = theirs.shape[axis];
          if (typeof dim === 'number' && typeof their === 'number' && their >= 0) assert.strictEqual(dim, their, where);
        });
      });
      await session.release();
    }
    assert.deepStrictEqual(closed, []);
  });
});
