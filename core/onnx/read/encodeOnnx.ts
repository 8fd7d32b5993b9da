import { concat, field, floatField, intField, textField } from './wireWriter';

/** The value of an attribute to be written. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  /** The content of a `GraphProto`. */
  | { readonly graph: Uint8Array };

/** A node to be written. */
export interface NewNode {
  readonly type: string;
  readonly domain?: string;
  /** Like its first output unless given. */
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** The content of a `NodeProto`. */
export function encodeNode(node: NewNode): Uint8Array {
  return concat([
    ...node.inputs.map(name => textField(1, name)),
    ...node.outputs.map(name => textField(2, name)),
    textField(3, node.name ?? node.outputs.find(o => o !== '') ?? ''),
    textField(4, node.type),
    ...Object.entries(node.attributes ?? {}).flatMap(([name, value]) => field(5, [encodeAttribute(name, value)])),
    ...(node.domain ? [textField(7, node.domain)] : []),
  ]);
}

/** The content of an `AttributeProto`. */
export function encodeAttribute(name: string, value: AttributeValue): Uint8Array {
  const head = textField(1, name);
  if ('int' in value) return concat([head, intField(3, value.int), intField(20, 2)]);
  if ('float' in value) return concat([head, floatField(2, value.float), intField(20, 1)]);
  if ('text' in value) return concat([head, textField(4, value.text), intField(20, 3)]);
  if ('graph' in value) return concat([head, ...field(6, [value.graph]), intField(20, 5)]);
  return concat([head, ...value.ints.map(i => intField(8, i)), intField(20, 7)]);
}

/** A size in a declared shape: a number, or a name for one that varies. */
export type NewDim = number | string;

/** The content of a `ValueInfoProto` of a tensor; without a shape its rank is open. */
export function encodeValueInfo(name: string, type: number, shape?: readonly NewDim[]): Uint8Array {
  const dims = shape?.flatMap(dim => field(1, [typeof dim === 'number' ? intField(1, dim) : textField(2, dim)]));
  const tensor = concat([intField(1, type), ...(dims ? field(2, dims) : [])]);
  return concat([textField(1, name), ...field(2, field(1, [tensor]))]);
}

/** The content of a `TensorProto` with raw data. */
export function encodeTensor(name: string, type: number, dims: readonly number[], data: Uint8Array): Uint8Array {
  return concat([...dims.map(d => intField(1, d)), intField(2, type), textField(8, name), ...field(9, [data])]);
}
