import { encodeNode, encodeTensor, encodeValueInfo, type AttributeValue } from '../../../core/onnx/read/encodeOnnx';
import { DataType } from '../../../core/onnx/read/onnxModel';
import { concat, field, intField, textField, type Pieces } from '../../../core/onnx/read/wireWriter';

/** The measures of an encoder like BERT. */
export interface EncoderSize {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly vocabulary: number;
}

/** An encoder as exporters write it (MatMul and Add apart, LayerNormalization, Gelu by Erf), with random weights; as pieces. */
export function syntheticEncoder({ layers, heads, width, vocabulary }: EncoderSize): Pieces {
  const nodes: Uint8Array[] = [];
  const constants: Pieces = [];
  const node = (
    type: string,
    inputs: string[],
    output: string,
    attributes?: Record<string, AttributeValue>,
  ): string => {
    nodes.push(...field(1, [encodeNode({ type, inputs, outputs: [output], attributes })]));
    return output;
  };
  const weight = (name: string, dims: readonly number[], scale: number): string => {
    const data = noise(
      dims.reduce((a, b) => a * b, 1),
      scale,
    );
    constants.push(...field(5, [encodeTensor(name, DataType.float, dims, new Uint8Array(data.buffer))]));
    return name;
  };
  const shape = (name: string, values: number[]): string => {
    constants.push(
      ...field(5, [
        encodeTensor(
          name,
          DataType.int64,
          [values.length],
          new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer),
        ),
      ]),
    );
    return name;
  };
  const size = width / heads;
  shape('apart', [0, 0, heads, size]);
  shape('together', [0, 0, width]);
  constants.push(
    ...field(5, [
      encodeTensor('scale', DataType.float, [], new Uint8Array(new Float32Array([Math.sqrt(size)]).buffer)),
    ]),
  );
  for (const [name, value] of [
    ['one', 1],
    ['half', 0.5],
    ['root', Math.SQRT2],
  ] as const) {
    constants.push(
      ...field(5, [encodeTensor(name, DataType.float, [], new Uint8Array(new Float32Array([value]).buffer))]),
    );
  }
  const linear = (from: string, name: string, inputs: number, outputs: number): string =>
    node(
      'Add',
      [
        node('MatMul', [from, weight(`${name}.weight`, [inputs, outputs], 1 / Math.sqrt(inputs))], `${name}.product`),
        weight(`${name}.bias`, [outputs], 0.1),
      ],
      `${name}.sum`,
    );
  const norm = (from: string, name: string): string =>
    node(
      'LayerNormalization',
      [from, weight(`${name}.scale`, [width], 1), weight(`${name}.shift`, [width], 0.1)],
      name,
      { axis: { int: -1 } },
    );

  let x = norm(node('Gather', [weight('embedding', [vocabulary, width], 1), 'input_ids'], 'embedded'), 'start');
  for (let i = 0; i < layers; i++) {
    const l = `layer.${i}`;
    const split = (part: string, perm: number[]): string =>
      node(
        'Transpose',
        [node('Reshape', [linear(x, `${l}.${part}`, width, width), 'apart'], `${l}.${part}.apart`)],
        `${l}.${part}.heads`,
        { perm: { ints: perm } },
      );
    const [q, k, v] = [split('query', [0, 2, 1, 3]), split('key', [0, 2, 3, 1]), split('value', [0, 2, 1, 3])];
    const scores = node('Div', [node('MatMul', [q, k], `${l}.product`), 'scale'], `${l}.scores`);
    const mixed = node(
      'MatMul',
      [node('Softmax', [scores], `${l}.probabilities`, { axis: { int: -1 } }), v],
      `${l}.mixed`,
    );
    const joined = node(
      'Reshape',
      [node('Transpose', [mixed], `${l}.back`, { perm: { ints: [0, 2, 1, 3] } }), 'together'],
      `${l}.joined`,
    );
    x = norm(node('Add', [linear(joined, `${l}.output`, width, width), x], `${l}.residual`), `${l}.norm`);
    const up = linear(x, `${l}.up`, width, 4 * width);
    const erf = node(
      'Add',
      [node('Erf', [node('Div', [up, 'root'], `${l}.scaled`)], `${l}.erf`), 'one'],
      `${l}.shifted`,
    );
    const gelu = node('Mul', [node('Mul', [up, erf], `${l}.gated`), 'half'], `${l}.gelu`);
    x = norm(node('Add', [linear(gelu, `${l}.down`, 4 * width, width), x], `${l}.second`), `${l}.end`);
  }
  const graph = [
    ...nodes,
    textField(2, 'encoder'),
    ...constants,
    ...field(11, [encodeValueInfo('input_ids', DataType.int64, ['batch', 'tokens'])]),
    ...field(12, [encodeValueInfo(x, DataType.float, ['batch', 'tokens', width])]),
  ];
  return [intField(1, 8), ...field(7, graph), ...field(8, [concat([textField(1, ''), intField(2, 17)])])];
}

/** Noise of a scale, the same on every run; cheap, since a model has a hundred million of them. */
function noise(count: number, scale: number): Float32Array {
  const values = new Float32Array(count);
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = (state / 2 ** 31) * scale * 1.7;
  }
  return values;
}
