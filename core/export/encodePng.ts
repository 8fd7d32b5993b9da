import { joinBytes } from './joinBytes';

/** Pixels, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3: red, green, blue; 4: and how opaque. One byte each. */
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/**
 * A PNG file (W3C, Portable Network Graphics, 2nd edition: signature, IHDR, IDAT, IEND) of 8-bit RGB or RGBA, not
 * interlaced, rows unfiltered. Compressed by the platform's `CompressionStream`; where there is none, in stored blocks.
 */
export async function encodePng({ width, height, channels, data }: Pixels): Promise<Uint8Array> {
  const stride = width * channels;
  if (width < 1 || height < 1 || data.length !== stride * height) {
    throw new RangeError(`${width} × ${height} pixels cannot have ${data.length} bytes.`);
  }
  const rows = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, channels === 4 ? 6 : 2], 8);
  const compressed = typeof CompressionStream === 'function' ? await deflate(rows) : storedZlib(rows);
  return joinBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', compressed),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4): nothing is compressed. */
export function storedZlib(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  const most = 0xffff;
  let at = 0;
  do {
    const block = bytes.subarray(at, at + most);
    at += most;
    const length = block.length;
    parts.push(
      Uint8Array.of(at >= bytes.length ? 1 : 0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff),
      block,
    );
  } while (at < bytes.length);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, adler32(bytes));
  return joinBytes([...parts, sum]);
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new CompressionStream('deflate');
  const compressed = new Response(stream.readable).arrayBuffer();
  const writer = stream.writable.getWriter();
  await Promise.all([writer.write(bytes as Uint8Array<ArrayBuffer>), writer.close()]);
  return new Uint8Array(await compressed);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, value) => {
  let remainder = value;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = crcTable[(remainder ^ byte) & 0xff] ^ (remainder >>> 8);
  return ~remainder >>> 0;
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
