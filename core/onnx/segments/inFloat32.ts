import { encodeNode, encodeValueInfo } from '../read/encodeOnnx';
import {
  DataType,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from '../read/onnxModel';
import { Splice } from '../read/splice';
import { concat, field, textField, type Pieces } from '../read/wireWriter';

/** Attributes that name an element type. */
const typeAttributes: ReadonlySet<string> = new Set(['to', 'dtype', 'output_dtype', 'softmax_precision', 'stash_type']);

/**
 * A model that computes in float32 what the given one computes in half precision, and whose activations are not rounded to 8
 * bits where they meet weights of few bits (`accuracy_level` names the least accuracy that an operator must have). Names and
 * shapes stay; inputs and outputs of half precision become float32. Weights stay what they are and where they are: those of
 * half precision are widened by a `Cast`, which the runtime does once, when it opens the model.
 * @returns the file; undefined where it computes in float32 as it is, and where the graph holds what may not be so rewritten:
 *   branches, loops, functions, sequences, and attributes that ask for half precision.
 */
export function inFloat32({ bytes, graph, functions }: OnnxModel): Uint8Array | undefined {
  if (functions.length > 0 || !rounds(graph) || !isWidenable(graph)) return undefined;
  const out = new Splice(bytes, 0, bytes.length);
  while (out.cursor.next()) {
    const number = out.cursor.field;
    out.cursor.skip();
    if (number === 7) out.replace(field(7, widened(bytes, graph)));
  }
  return concat(out.finish());
}

/** Whether something is computed in half precision, or in less than a `MatMulNBits` must have. */
function rounds({ nodes, inputs, initializers }: OnnxGraph): boolean {
  return (
    [...inputs, ...initializers.values()].some(({ type }) => type === DataType.float16) ||
    nodes.some(({ type, attributes }) =>
      type === 'Cast'
        ? attributes.get('to')?.int === DataType.float16
        : (attributes.get('accuracy_level')?.int ?? 0) > 1,
    )
  );
}

function isWidenable({ nodes, inputs, initializers }: OnnxGraph): boolean {
  return (
    inputs.every(({ name, type }) => type !== undefined && !initializers.has(name)) &&
    nodes.every(node =>
      [...node.attributes.values()].every(
        ({ name, graph, tensor, int }) =>
          !graph &&
          (tensor?.type !== DataType.float16 || node.type === 'Constant') &&
          (int !== DataType.float16 || node.type === 'Cast' || !typeAttributes.has(name)),
      ),
    )
  );
}

/** The content of the graph in float32. */
function widened(bytes: Uint8Array, { nodes, inputs, outputs, values, initializers }: OnnxGraph): Pieces {
  const half = [
    ...initializers,
    ...nodes.flatMap(node => (halfConstant(node) ? [[node.outputs[0], halfConstant(node)!] as const] : [])),
  ].filter(([, { type }]) => type === DataType.float16);
  const contentOf = ({ span }: OnnxTensor) => bytes.subarray(span.start, span.end);
  return [
    ...half.flatMap(([name]) => field(1, [toFloat(halfName(name), name)])),
    ...nodes.filter(node => !halfConstant(node)).flatMap(node => field(1, nodeInFloat32(bytes, node))),
    textField(2, 'headlight'),
    ...[...initializers.values()]
      .filter(({ type }) => type !== DataType.float16)
      .flatMap(tensor => field(5, [contentOf(tensor)])),
    // Of a field that stands twice the last counts.
    ...half.flatMap(([name, tensor]) => field(5, [contentOf(tensor), textField(8, halfName(name))])),
    ...inputs.flatMap(info => field(11, [infoInFloat32(info)])),
    ...outputs.flatMap(info => field(12, [infoInFloat32(info)])),
    ...[...values.values()].flatMap(info => field(13, [infoInFloat32(info)])),
  ];
}

function halfConstant({ type, attributes }: OnnxNode): OnnxTensor | undefined {
  const tensor = type === 'Constant' ? attributes.get('value')?.tensor : undefined;
  return tensor?.type === DataType.float16 ? tensor : undefined;
}

function halfName(name: string): string {
  return `${name}/half`;
}

function toFloat(from: string, name: string): Uint8Array {
  return encodeNode({ type: 'Cast', inputs: [from], outputs: [name], attributes: { to: { int: DataType.float } } });
}

/** The content of a node: the node itself, but for what it is to be exact in. */
function nodeInFloat32(bytes: Uint8Array, { type, inputs, outputs, attributes, span }: OnnxNode): Pieces {
  if (type === 'Cast' && attributes.get('to')?.int === DataType.float16) return [toFloat(inputs[0], outputs[0])];
  const accuracy = attributes.get('accuracy_level');
  if (!accuracy) return [bytes.subarray(span.start, span.end)];
  const out = new Splice(bytes, span.start, span.end);
  while (out.cursor.next()) {
    out.cursor.skip();
    if (out.cursor.offset === accuracy.span.end) out.replace([]);
  }
  return out.finish();
}

function infoInFloat32({ name, type, shape }: OnnxValueInfo): Uint8Array {
  if (type === undefined) return textField(1, name);
  return encodeValueInfo(
    name,
    type === DataType.float16 ? DataType.float : type,
    shape?.map((dim, axis) => dim ?? `${name}.${axis}`),
  );
}
