import type { ModelFile } from './leaveWeights';
import type { Span } from './wireCursor';

/** Element types of `TensorProto.DataType` that this library speaks of. */
export const DataType = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** Where the data of a tensor lies that is kept outside the model's file. */
export interface ExternalData {
  /** Path relative to the model's folder, as the file says it: not to be trusted. */
  readonly location: string;
  readonly offset: number;
  readonly length?: number;
}

/** A constant of a graph. Its data stays in the file: {@link data} says where. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  /** The content of the field that holds the data, and which field of `TensorProto` it is; absent if it is external or empty. */
  readonly data?: Span & { readonly field: number };
  /** Data written as one field an element (not packed); small tensors only. */
  readonly loose?: readonly number[];
  readonly external?: ExternalData;
  readonly span: Span;
}

/** A size in a shape: a number, the name of a symbol, or nothing known. */
export type DeclaredDim = number | string | undefined;

/** A value's name and, where the file tells, its element type and shape. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type?: number;
  readonly shape?: readonly DeclaredDim[];
}

export interface OnnxAttribute {
  readonly name: string;
  /** The attribute of the enclosing function whose value this takes. */
  readonly reference?: string;
  readonly float?: number;
  readonly int?: number;
  readonly text?: string;
  readonly ints?: readonly number[];
  readonly floats?: readonly number[];
  readonly tensor?: OnnxTensor;
  readonly graph?: OnnxGraph;
  /** The content of `NodeProto.attribute`. */
  readonly span: Span;
}

export interface OnnxNode {
  readonly name: string;
  readonly type: string;
  /** '' is the standard's own domain, `ai.onnx`. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  /** The content of `GraphProto.node`. */
  readonly span: Span;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly values: ReadonlyMap<string, OnnxValueInfo>;
  readonly span: Span;
}

/** A function that the model defines for itself (`ModelProto.functions`). */
export interface OnnxFunction extends Omit<OnnxNode, 'type' | 'attributes' | 'span'> {
  /** Default values of attributes. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly nodes: readonly OnnxNode[];
  readonly opsets: ReadonlyMap<string, number>;
}

/** An ONNX file, read: what the graph says, with the weights left where they are. */
export interface OnnxModel {
  /** The file, or what stands for it ({@link weightsIn}). The spans count from its start. */
  readonly bytes: Uint8Array;
  readonly irVersion: number;
  readonly producer: string;
  /** Version of each operator set, by domain. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
  readonly functions: readonly OnnxFunction[];
  /** The files beside its own that weights are kept in, as the model names them; empty if all is in the one file. */
  readonly externalLocations: readonly string[];
  /** Its own file, where the larger weights were left there. */
  readonly weightsIn?: ModelFile;
}
