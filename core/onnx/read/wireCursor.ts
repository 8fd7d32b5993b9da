import { OnnxError } from './onnxError';

/** The wire types of protocol buffers that ONNX uses. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A run of bytes of the file: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** For the four bytes of one number at a time. */
const scratch = new DataView(new ArrayBuffer(4));

/** What a file is refused with whose bytes leave a record's bounds. */
export const broken =
  'The file ends or breaks off inside a record, so it is truncated or not an ONNX model; download it again.';

/**
 * Walks protocol-buffer fields between two offsets of a file without copying: a field that is not wanted is stepped over
 * by its length. After {@link next} the cursor stands behind the field's tag, and exactly one of the reading methods or
 * {@link skip} must be called. Follows protobuf.dev/programming-guides/encoding.
 * Every method throws {@link OnnxError} where the bytes leave the bounds.
 */
export class WireCursor {
  /** Number of the field just entered. */
  field = 0;
  /** Wire type of the field just entered. */
  type = 0;
  /** Offset of the tag of the field just entered. */
  start = 0;

  constructor(
    readonly file: Uint8Array,
    private pos: number,
    private readonly end: number,
  ) {}

  /** Where the cursor stands: after a read, the end of the field. */
  get offset(): number {
    return this.pos;
  }

  /** Enters the next field; false at the end. */
  next(): boolean {
    if (this.pos >= this.end) return false;
    this.start = this.pos;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.type = tag & 7;
    if (this.field < 1 || this.field > 0x1fffffff) throw new OnnxError(broken);
    return true;
  }

  /** An unsigned varint, or a negative number where bit 63 is set (int64). Beyond 2^53 the lowest bits are lost. */
  varint(): number {
    // Most are one byte long.
    if (this.pos < this.end && this.file[this.pos] < 128) return this.file[this.pos++];
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.pos >= this.end) throw new OnnxError(broken);
      const byte = this.file[this.pos++];
      const bits = byte & 127;
      if (i < 4) {
        low += bits * 2 ** (7 * i);
      } else if (i === 4) {
        low += (bits & 15) * 2 ** 28;
        high += bits >> 4;
      } else {
        high += bits * 2 ** (7 * i - 32);
      }
      if (byte < 128) {
        high = high % 2 ** 32;
        return high >= 2 ** 31 ? (high - 2 ** 32) * 2 ** 32 + low : high * 2 ** 32 + low;
      }
    }
    throw new OnnxError(broken);
  }

  /** The integer of a varint field. */
  int(): number {
    this.expect(WireType.varint);
    return this.varint();
  }

  /** The number of a fixed 32-bit field. */
  float(): number {
    this.expect(WireType.fixed32);
    this.pos += 4;
    this.checkBounds();
    for (let i = 0; i < 4; i++) scratch.setUint8(i, this.file[this.pos - 4 + i]);
    return scratch.getFloat32(0, true);
  }

  /** The content of a length-delimited field, not copied. */
  span(): Span {
    this.expect(WireType.bytes);
    const length = this.varint();
    const start = this.pos;
    if (length < 0 || length > this.end - start) throw new OnnxError(broken);
    this.pos = start + length;
    return { start, end: this.pos };
  }

  /** The text of a string field; bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    const { start, end } = this.span();
    // Names are short and ASCII: joined here they cost a fraction of a call to the decoder.
    let text = '';
    for (let i = start; i < end; i++) {
      const byte = this.file[i];
      if (byte > 127 || end - start > 128) return decoder.decode(this.file.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Integers of a repeated field, packed or not, appended to `into`. */
  ints(into: number[]): void {
    if (this.type === WireType.varint) {
      into.push(this.varint());
      return;
    }
    const { start, end } = this.span();
    const inner = new WireCursor(this.file, start, end);
    while (inner.pos < end) into.push(inner.varint());
  }

  /** Steps over the field just entered. */
  skip(): void {
    switch (this.type) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.bytes:
        this.span();
        return;
      case WireType.fixed32:
        this.pos += 4;
        break;
      case WireType.fixed64:
        this.pos += 8;
        break;
      default:
        throw new OnnxError(broken);
    }
    this.checkBounds();
  }

  private expect(type: number): void {
    if (this.type !== type) throw new OnnxError(broken);
  }

  private checkBounds(): void {
    if (this.pos > this.end) throw new OnnxError(broken);
  }
}

const decoder = new TextDecoder();
