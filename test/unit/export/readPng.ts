import { crc32, inflateSync } from 'node:zlib';
import assert from 'node:assert/strict';

/** Reads what `encodePng` writes, each chunk's sum checked. */
export function readPng(file: Buffer): { width: number; height: number; channels: number; pixels: Buffer } {
  assert.equal(file.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    assert.equal(file.readUInt32BE(at + 8 + length), crc32(body));
    chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  assert.deepEqual(
    chunks.map(({ type }) => type),
    ['IHDR', 'IDAT', 'IEND'],
  );
  const [header, image] = chunks.map(({ data }) => data);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  assert.equal(header[8], 8);
  assert.deepEqual([...header.subarray(10)], [0, 0, 0]);
  const channels = header[9] === 6 ? 4 : header[9] === 2 ? 3 : 0;
  const rows = inflateSync(image);
  assert.equal(rows.length, (width * channels + 1) * height);
  const pixels = Buffer.alloc(width * channels * height);
  for (let y = 0; y < height; y++) {
    const from = y * (width * channels + 1);
    assert.equal(rows[from], 0);
    rows.copy(pixels, y * width * channels, from + 1, from + 1 + width * channels);
  }
  return { width, height, channels, pixels };
}
