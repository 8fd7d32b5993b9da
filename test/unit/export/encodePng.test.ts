import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { base64 } from '../../../core/export/base64';
import { encodePng, storedZlib } from '../../../core/export/encodePng';
import { readPng } from './readPng';

const noise = (length: number) => Uint8Array.from({ length }, (_, i) => ((i * 7919) >> 3) & 0xff);

describe('encodePng', () => {
  for (const channels of [3, 4] as const) {
    it(`writes ${channels} channels that read back`, async () => {
      const data = noise(13 * 7 * channels);
      const png = readPng(Buffer.from(await encodePng({ width: 13, height: 7, channels, data })));
      assert.deepEqual({ ...png, pixels: [...png.pixels] }, { width: 13, height: 7, channels, pixels: [...data] });
    });
  }

  it('writes the same picture where nothing compresses', async () => {
    const data = noise(300 * 300 * 3);
    const compression = globalThis.CompressionStream;
    try {
      Object.assign(globalThis, { CompressionStream: undefined });
      const file = Buffer.from(await encodePng({ width: 300, height: 300, channels: 3, data }));
      assert.ok(file.length > data.length);
      assert.ok(readPng(file).pixels.equals(data));
    } finally {
      Object.assign(globalThis, { CompressionStream: compression });
    }
  });

  it('compresses a large one', async () => {
    const data = new Uint8Array(1024 * 1024 * 3).fill(31);
    const file = Buffer.from(await encodePng({ width: 1024, height: 1024, channels: 3, data }));
    assert.ok(file.length < 20_000, `${file.length} bytes`);
    assert.ok(readPng(file).pixels.equals(data));
  });

  it('refuses a picture whose pixels do not fit', async () => {
    await assert.rejects(encodePng({ width: 2, height: 2, channels: 3, data: new Uint8Array(11) }), RangeError);
    await assert.rejects(encodePng({ width: 0, height: 0, channels: 3, data: new Uint8Array(0) }), RangeError);
  });
});

describe('storedZlib', () => {
  for (const length of [0, 1, 65535, 65536, 200_000]) {
    it(`gives ${length} bytes back`, () => {
      const bytes = noise(length);
      assert.ok(inflateSync(storedZlib(bytes)).equals(bytes));
    });
  }
});

describe('base64', () => {
  for (const length of [0, 1, 2, 3, 24_575, 24_576, 24_577, 100_000]) {
    it(`writes ${length} bytes`, () => {
      const bytes = noise(length);
      assert.equal(base64(bytes), Buffer.from(bytes).toString('base64'));
    });
  }
});
