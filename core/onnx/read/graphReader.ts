import { graphLimits, type GraphLimits } from './graphLimits';
import { OnnxError, quoted } from './onnxError';
import type {
  DeclaredDim,
  ExternalData,
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from './onnxModel';
import { WireCursor, WireType, type Span } from './wireCursor';

/** Deepest nesting of sub-graphs; real models have three or four, a damaged file could have any number. */
const deepest = 32;
/** Loose (unpacked) elements kept of a tensor; only small constants matter to the finder. */
const mostLoose = 4096;
/** The fields of a `TensorProto` that hold its elements. */
const dataFields: ReadonlySet<number> = new Set([4, 5, 7, 9, 10, 11]);

/** Reads the parts of a graph off the wire. One reader serves one file and gathers the external files it names. */
export class GraphReader {
  readonly externalLocations = new Set<string>();

  private nodes = 0;
  private values = 0;

  constructor(
    private readonly file: Uint8Array,
    private readonly limits: GraphLimits = graphLimits,
  ) {}

  /** A `GraphProto`. @throws {OnnxError} where the bytes are not one. */
  graph(span: Span, depth: number): OnnxGraph {
    if (depth > deepest) {
      throw new OnnxError('The graph nests sub-graphs too deeply, so the file is damaged; download it again.');
    }
    const nodes: OnnxNode[] = [];
    const inputs: OnnxValueInfo[] = [];
    const outputs: OnnxValueInfo[] = [];
    const initializers = new Map<string, OnnxTensor>();
    const values = new Map<string, OnnxValueInfo>();
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) this.countNode();
      else this.countValue();
      if (cursor.field === 1) nodes.push(this.node(cursor.span(), depth));
      else if (cursor.field === 5) setOnce(initializers, this.tensor(cursor.span()));
      else if (cursor.field === 11) inputs.push(this.valueInfo(cursor.span()));
      else if (cursor.field === 12) outputs.push(this.valueInfo(cursor.span()));
      else if (cursor.field === 13) setByName(values, this.valueInfo(cursor.span()));
      else if (cursor.field === 15) setByName(initializers, this.sparseTensor(cursor.span()));
      else cursor.skip();
    }
    return { nodes, inputs, outputs, initializers, values, span };
  }

  private countNode(): void {
    if (++this.nodes > this.limits.nodes) throw tooManyNodes(this.limits.nodes);
  }

  private countValue(): void {
    if (++this.values <= this.limits.values) return;
    throw new OnnxError(
      `The graph has more than ${this.limits.values.toLocaleString('en')} constants and declared values, more than are read; choose a smaller model.`,
    );
  }

  /** A `NodeProto`. */
  node(span: Span, depth: number): OnnxNode {
    let name = '';
    let type = '';
    let domain = '';
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes = new Map<string, OnnxAttribute>();
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) inputs.push(cursor.text());
      else if (cursor.field === 2) outputs.push(cursor.text());
      else if (cursor.field === 3) name = cursor.text();
      else if (cursor.field === 4) type = cursor.text();
      else if (cursor.field === 5) setByName(attributes, this.attribute(cursor.span(), depth));
      else if (cursor.field === 7) domain = cursor.text();
      else cursor.skip();
    }
    return { name, type, domain: domainName(domain), inputs, outputs, attributes, span };
  }

  /** A `FunctionProto`. */
  function(span: Span): OnnxFunction {
    const attributes = new Map<string, OnnxAttribute>();
    const opsets = new Map<string, number>();
    const [inputs, outputs]: string[][] = [[], []];
    const nodes: OnnxNode[] = [];
    let name = '';
    let domain = '';
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) name = cursor.text();
      else if (cursor.field === 4) inputs.push(cursor.text());
      else if (cursor.field === 5) outputs.push(cursor.text());
      else if (cursor.field === 7) {
        this.countNode();
        nodes.push(this.node(cursor.span(), 0));
      } else if (cursor.field === 9) this.opset(cursor.span(), opsets);
      else if (cursor.field === 10) domain = cursor.text();
      else if (cursor.field === 11) setByName(attributes, this.attribute(cursor.span(), 0));
      else cursor.skip();
    }
    return { name, domain, inputs, outputs, nodes, attributes, opsets };
  }

  /** An `OperatorSetIdProto`, put into `into`. */
  opset(span: Span, into: Map<string, number>): void {
    let domain = '';
    let version = 0;
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) domain = cursor.text();
      else if (cursor.field === 2) version = cursor.int();
      else cursor.skip();
    }
    into.set(domainName(domain), version);
  }

  private attribute(span: Span, depth: number): OnnxAttribute {
    const found: { -readonly [key in keyof OnnxAttribute]?: OnnxAttribute[key] } = {};
    const ints: number[] = [];
    const floats: number[] = [];
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) found.name = cursor.text();
      else if (cursor.field === 2) found.float = cursor.float();
      else if (cursor.field === 3) found.int = cursor.int();
      else if (cursor.field === 4) found.text = cursor.text();
      else if (cursor.field === 5) found.tensor = this.tensor(cursor.span());
      else if (cursor.field === 6) found.graph = this.graph(cursor.span(), depth + 1);
      else if (cursor.field === 7) this.floats(cursor, floats);
      else if (cursor.field === 8) cursor.ints(ints);
      else if (cursor.field === 21) found.reference = cursor.text();
      else cursor.skip();
    }
    return { ...found, name: found.name ?? '', ints, floats, span };
  }

  private floats(cursor: WireCursor, into: number[]): void {
    if (cursor.type === WireType.fixed32) {
      into.push(cursor.float());
      return;
    }
    const { start, end } = cursor.span();
    const view = new DataView(this.file.buffer, this.file.byteOffset + start, end - start);
    for (let i = 0; i + 4 <= view.byteLength; i += 4) into.push(view.getFloat32(i, true));
  }

  private tensor(span: Span): OnnxTensor {
    let name = '';
    let type = 0;
    let location = 0;
    const dims: number[] = [];
    const loose: number[] = [];
    const entries = new Map<string, string>();
    let data: OnnxTensor['data'];
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) cursor.ints(dims);
      else if (cursor.field === 2) type = cursor.int();
      else if (cursor.field === 8) name = cursor.text();
      else if (cursor.field === 13) this.entry(cursor.span(), entries);
      else if (cursor.field === 14) location = cursor.int();
      else if (!dataFields.has(cursor.field)) cursor.skip();
      else if (cursor.type === WireType.bytes) data = { ...cursor.span(), field: cursor.field };
      else if (loose.length < mostLoose && cursor.type === WireType.varint) loose.push(cursor.varint());
      else if (loose.length < mostLoose && cursor.type === WireType.fixed32) loose.push(cursor.float());
      else cursor.skip();
    }
    if (dims.some(d => d < 0 || !Number.isSafeInteger(d))) {
      throw new OnnxError(
        `The constant ${quoted(name)} has an impossible shape, so the file is damaged; download it again.`,
      );
    }
    let external: ExternalData | undefined;
    if (location === 1) {
      external = {
        location: entries.get('location') ?? '',
        offset: Number(entries.get('offset') ?? 0),
        length: entries.has('length') ? Number(entries.get('length')) : undefined,
      };
      this.externalLocations.add(external.location);
    }
    return { name, type, dims, data, loose: loose.length ? loose : undefined, external, span };
  }

  /** A `SparseTensorProto`: named after its values. */
  private sparseTensor(span: Span): OnnxTensor {
    let values: OnnxTensor | undefined;
    const dims: number[] = [];
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) values = this.tensor(cursor.span());
      else if (cursor.field === 3) cursor.ints(dims);
      else cursor.skip();
    }
    return { name: values?.name ?? '', type: values?.type ?? 0, dims, span };
  }

  /** A `StringStringEntryProto`, put into `into`. */
  private entry(span: Span, into: Map<string, string>): void {
    let key = '';
    let value = '';
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) key = cursor.text();
      else if (cursor.field === 2) value = cursor.text();
      else cursor.skip();
    }
    into.set(key, value);
  }

  /** A `ValueInfoProto`; of its type only tensors are read. */
  private valueInfo(span: Span): OnnxValueInfo {
    let name = '';
    let tensor: Pick<OnnxValueInfo, 'type' | 'shape'> = {};
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) {
        name = cursor.text();
      } else if (cursor.field === 2) {
        const typeCursor = this.cursor(cursor.span());
        while (typeCursor.next()) {
          if (typeCursor.field === 1) tensor = this.tensorType(typeCursor.span());
          else typeCursor.skip();
        }
      } else {
        cursor.skip();
      }
    }
    return { name, ...tensor };
  }

  private tensorType(span: Span): Pick<OnnxValueInfo, 'type' | 'shape'> {
    let type: number | undefined;
    let shape: DeclaredDim[] | undefined;
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) {
        type = cursor.int();
      } else if (cursor.field === 2) {
        shape = [];
        const dims = this.cursor(cursor.span());
        while (dims.next()) {
          if (dims.field === 1) shape.push(this.dim(dims.span()));
          else dims.skip();
        }
      } else {
        cursor.skip();
      }
    }
    return { type, shape };
  }

  private dim(span: Span): DeclaredDim {
    let dim: DeclaredDim;
    const cursor = this.cursor(span);
    while (cursor.next()) {
      if (cursor.field === 1) dim = cursor.int();
      else if (cursor.field === 2) dim = cursor.text() || undefined;
      else cursor.skip();
    }
    return typeof dim === 'number' && dim < 0 ? undefined : dim;
  }

  private cursor(span: Span): WireCursor {
    return new WireCursor(this.file, span.start, span.end);
  }
}

/** What a graph of too many nodes is refused with. */
export function tooManyNodes(most: number): OnnxError {
  return new OnnxError(
    `The graph has more than ${most.toLocaleString('en')} nodes, more than are read; export the model without unrolling its loops, or choose a smaller one.`,
  );
}

/** `ai.onnx` is the standard's own domain, which has no name. */
function domainName(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function setByName<Named extends { readonly name: string }>(into: Map<string, Named>, named: Named): void {
  into.set(named.name, named);
}

function setOnce(into: Map<string, OnnxTensor>, tensor: OnnxTensor): void {
  if (into.has(tensor.name)) {
    throw new OnnxError(
      `The graph defines ${quoted(tensor.name)} twice, so the file is not a valid ONNX model; export it again.`,
    );
  }
  into.set(tensor.name, tensor);
}
