import { OnnxError } from './onnxError';
import { leastBytes, weightReference } from './weightReference';
import { broken, WireType } from './wireCursor';
import { concat, field, type Pieces } from './wireWriter';

/** A model's file that is looked into here and there, without being read whole. */
export interface ModelFile {
  /** Its name within its folder: what a weight that is left in it is said to be kept in. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** So many bytes from a place on; fewer where the file ends. */
  read(position: number, length: number): Uint8Array;
}

/** Fields of `ModelProto`, `GraphProto` and `TensorProto` that weights lie in. */
const [graphOfModel, initializerOfGraph, rawDataOfTensor] = [7, 5, 9];

/** How much is read at a time where fields are walked over. */
const windowSize = 1 << 16;

/** A field of a message: where its tag begins, its content, and where it ends. */
interface Field {
  readonly number: number;
  readonly type: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/**
 * A model's file without its larger weights: the same model, whose weights are said to be kept in another file, which is the
 * file itself, at their offsets there. They are stepped over, so that time and memory do not grow with them.
 * Weights in bodies, in nodes and those not written as `raw_data` stay.
 * @returns the content of a file that stands for the given one in its folder.
 * @throws {OnnxError} where a record breaks off.
 */
export function leaveWeights(file: ModelFile): Uint8Array {
  const walk = new FieldWalk(file);
  return concat(
    walk.rewritten(0, file.size, model =>
      model.number === graphOfModel && model.type === WireType.bytes
        ? field(
            graphOfModel,
            walk.rewritten(model.content, model.end, graph =>
              graph.number === initializerOfGraph && graph.type === WireType.bytes ? walk.left(graph) : undefined,
            ),
          )
        : undefined,
    ),
  );
}

/** Walks over fields of a file through a window. */
class FieldWalk {
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;

  constructor(private readonly file: ModelFile) {}

  /** A message with some of its fields replaced, in as few pieces as can be. */
  rewritten(start: number, end: number, replace: (of: Field) => Pieces | undefined): Pieces {
    const pieces: Pieces = [];
    let kept = start;
    for (const of of this.fields(start, end)) {
      const instead = replace(of);
      if (!instead) continue;
      pieces.push(...this.copied(kept, of.start));
      // One by one: of a large graph they are more than a call takes.
      for (const piece of instead) pieces.push(piece);
      kept = of.end;
    }
    return [...pieces, ...this.copied(kept, end)];
  }

  /** An initializer whose numbers are left where they are; undefined where it stays as it is. */
  left({ content, end }: Field): Pieces | undefined {
    if (end - content < leastBytes) return undefined;
    const fields = [...this.fields(content, end)];
    const raw = fields.find(({ number, type }) => number === rawDataOfTensor && type === WireType.bytes);
    const reference = raw && weightReference(this.file.name, fields, raw, of => this.copied(of.start, of.end));
    return reference && field(initializerOfGraph, reference);
  }

  private *fields(from: number, to: number): Generator<Field> {
    for (let start = from; start < to;) {
      const [tag, content] = this.varint(start, to);
      const [number, type] = [Math.floor(tag / 8), tag & 7];
      let of: Field;
      if (type === WireType.bytes) {
        const [length, at] = this.varint(content, to);
        of = { number, type, start, content: at, end: at + length };
      } else if (type === WireType.varint) {
        of = { number, type, start, content, end: this.varint(content, to)[1] };
      } else if (type === WireType.fixed32 || type === WireType.fixed64) {
        of = { number, type, start, content, end: content + (type === WireType.fixed32 ? 4 : 8) };
      } else {
        throw new OnnxError(broken);
      }
      if (number < 1 || of.end > to) throw new OnnxError(broken);
      yield of;
      start = of.end;
    }
  }

  /** A varint below 2^53 and where it ends; of a larger one only the end is right. */
  private varint(at: number, end: number): [value: number, end: number] {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      if (at + i >= end) break;
      const byte = this.byte(at + i);
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return [value, at + i + 1];
    }
    throw new OnnxError(broken);
  }

  private byte(at: number): number {
    if (at < this.windowStart || at >= this.windowStart + this.window.length) {
      this.window = this.file.read(at, windowSize);
      this.windowStart = at;
      if (this.window.length === 0) throw new OnnxError(broken);
    }
    return this.window[at - this.windowStart];
  }

  private copied(start: number, end: number): Pieces {
    if (end <= start) return [];
    const bytes = this.file.read(start, end - start);
    if (bytes.length < end - start) throw new OnnxError(broken);
    return [bytes];
  }
}
