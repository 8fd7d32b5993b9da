import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { encode } from 'bmp-ts';
import sharp from 'sharp';
import type { ImageSource } from '../../../core/images/image';
import { paddedRegion, wholeImage } from '../../../core/images/seenRegion';
import { readImage } from '../../../inference/images/decodeImage';
import { coverRegion, framePixels, type FramePixels } from '../../../inference/images/framePixels';

const white = [255, 255, 255] as const;
const source = (name: string, bytes: Uint8Array, background: ImageSource['background'] = white): ImageSource => ({
  name,
  bytes,
  background,
});
const svg = (text: string) => new TextEncoder().encode(text);
const square = async (of: ImageSource, side = 96, padded = true) => {
  const image = await readImage(of);
  const frame = { width: side, height: side };
  return framePixels(of, image, { ...frame, seen: padded ? paddedRegion(image.facts, frame) : wholeImage });
};
/** The colour at a place of the square. */
const at = ({ data, width }: FramePixels, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const near = (actual: number[], expected: number[], tolerance = 24) =>
  assert.ok(
    actual.every((value, i) => Math.abs(value - expected[i]) <= tolerance),
    `${actual.join()} is not ${expected.join()}`,
  );

describe('decoding images', function () {
  this.timeout(120_000);
  /** 40 × 20: left half red, right half blue. */
  const picture = () =>
    sharp({ create: { width: 40, height: 20, channels: 3, background: '#ff0000' } }).composite([
      { input: { create: { width: 20, height: 20, channels: 3, background: '#0000ff' } }, left: 20, top: 0 },
    ]);

  const formats: Record<string, () => Promise<Uint8Array>> = {
    png: () => picture().png().toBuffer(),
    jpeg: () => picture().jpeg({ quality: 95 }).toBuffer(),
    webp: () => picture().webp({ lossless: true }).toBuffer(),
    gif: () => picture().gif().toBuffer(),
    avif: () => picture().avif({ quality: 90 }).toBuffer(),
    tiff: () => picture().tiff().toBuffer(),
    'PNG with 16 bits': () => picture().toColourspace('rgb16').png().toBuffer(),
    'CMYK jpeg': () => picture().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    bmp: async () => {
      const { data, info } = await picture().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      const abgr = Buffer.from(data);
      for (let i = 0; i < abgr.length; i += 4) abgr.set([data[i + 3], data[i + 2], data[i + 1], data[i]], i);
      return encode({ data: abgr, width: info.width, height: info.height, bitPP: 24 }).data;
    },
    svg: () =>
      Promise.resolve(
        svg(
          '<?xml version="1.0"?><!-- a note --><svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20" fill="red"/><rect x="20" width="20" height="20" fill="blue"/></svg>',
        ),
      ),
  };
  for (const [format, bytes] of Object.entries(formats)) {
    it(`${format}: read whole, padded and not squashed`, async () => {
      const of = source(`picture.${format}`, await bytes());
      const { facts } = await readImage(of);
      assert.deepEqual([facts.width, facts.height, facts.frames], [40, 20, 1]);
      assert.match(facts.hash, /^[0-9a-f]{64}$/);
      const seen = await square(of);
      near(at(seen, 20, 48), [255, 0, 0], 40);
      // Print has no such blue.
      near(at(seen, 75, 48), [0, 0, 255], format === 'CMYK jpeg' ? 120 : 60);
      near(at(seen, 48, 10), [255, 255, 255]);
      near(at(seen, 48, 86), [255, 255, 255]);
    });
  }

  describe('icons', () => {
    /** An .ico of one picture. */
    const ico = (side: readonly [number, number], bits: number, picture: Uint8Array): Uint8Array => {
      const head = Buffer.alloc(22);
      head.writeUInt16LE(1, 2);
      head.writeUInt16LE(1, 4);
      head.set(side, 6);
      head.writeUInt16LE(bits, 12);
      head.writeUInt32LE(picture.length, 14);
      head.writeUInt32LE(22, 18);
      return Buffer.concat([head, picture]);
    };
    /** A bitmap of 40 × 20: left red, right blue; the top row masked. */
    const bitmap = (bits: 1 | 4 | 8 | 24 | 32): Uint8Array => {
      const [width, height] = [40, 20];
      const row = Math.ceil((width * bits) / 32) * 4;
      const colors = bits > 8 ? 0 : 2 ** bits;
      const file = Buffer.alloc(40 + colors * 4 + row * height + 8 * height);
      file.writeUInt32LE(40, 0);
      file.writeInt32LE(width, 4);
      file.writeInt32LE(2 * height, 8);
      file.writeUInt16LE(1, 12);
      file.writeUInt16LE(bits, 14);
      if (colors > 0) file.set([0, 0, 255, 0, 255, 0, 0, 0], 40);
      const from = 40 + colors * 4;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const blue = x >= 20 ? 1 : 0;
          if (bits > 8) {
            file.set([blue * 255, 0, (1 - blue) * 255, 255].slice(0, bits / 8), from + y * row + (x * bits) / 8);
          } else file[from + y * row + Math.floor((x * bits) / 8)] |= blue << (8 - bits - ((x * bits) % 8));
        }
      }
      // Rows lie from below: the last is the top one.
      file.fill(0xff, from + row * height + 8 * (height - 1));
      return file;
    };
    for (const bits of [1, 4, 8, 24, 32] as const) {
      it(`of ${bits} bits is read, its mask as what is transparent`, async () => {
        const of = source('favicon.ico', ico([40, 20], bits, bitmap(bits)));
        const { facts } = await readImage(of);
        assert.deepEqual([facts.format, facts.width, facts.height], ['ico', 40, 20]);
        const seen = await square(of);
        near(at(seen, 20, 48), [255, 0, 0], 40);
        near(at(seen, 75, 48), [0, 0, 255], 60);
        if (bits < 32) near(at(seen, 20, 24), [255, 255, 255], 90);
      });
    }

    it('that holds a PNG is read; the largest of several; one cut short says so', async () => {
      const png = await picture().png().toBuffer();
      const of = source('favicon.ico', ico([40, 20], 32, png));
      assert.deepEqual([(await readImage(of)).facts.format, (await readImage(of)).facts.width], ['ico', 40]);
      near(at(await square(of), 20, 48), [255, 0, 0], 40);
      const two = Buffer.concat([Buffer.alloc(38), bitmap(8), png]);
      two.set(ico([16, 16], 8, bitmap(8)).subarray(0, 22));
      two.writeUInt16LE(2, 4);
      two.writeUInt32LE(38, 18);
      two.set([40, 20], 22);
      two.writeUInt32LE(png.length, 30);
      two.writeUInt32LE(38 + bitmap(8).length, 34);
      assert.equal((await readImage(source('two.ico', two))).facts.width, 40);
      await assert.rejects(
        readImage(source('cut.ico', ico([40, 20], 32, png).subarray(0, 90))),
        /cut\.ico is damaged and cannot be read as ICO; save it again\./,
      );
    });
  });

  it('HEIC, and a Git LFS pointer, are told with what to do', async () => {
    await assert.rejects(
      readImage(source('photo.heic', svg('\0\0\0\x18ftypheic\0\0\0\0mif1heic'))),
      /photo\.heic is HEIC, .* cannot be decoded here; save it as JPEG or PNG/,
    );
    await assert.rejects(
      readImage(
        source('logo.png', svg('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n')),
      ),
      /logo\.png is a Git LFS pointer and not the file itself; run “git lfs pull” in its repository\./,
    );
  });

  it('is stretched over the whole square for models that want it so', async () => {
    const seen = await square(source('picture.png', await picture().png().toBuffer()), 96, false);
    near(at(seen, 10, 2), [255, 0, 0]);
    near(at(seen, 85, 93), [0, 0, 255]);
  });

  it('turns a JPEG as its EXIF data say', async () => {
    const of = source('turned.jpg', await picture().withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer());
    const { facts } = await readImage(of);
    assert.deepEqual([facts.width, facts.height], [20, 40]);
    const seen = await square(of);
    near(at(seen, 48, 20), [255, 0, 0], 40);
    near(at(seen, 48, 75), [0, 0, 255], 60);
  });

  it('reads the first frame of a GIF and of an animated PNG, and tells how many there are', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff', '#00ff00'].map(background =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const of = source('moving.gif', gif);
    assert.equal((await readImage(of)).facts.frames, 3);
    near(at(await square(of), 48, 48), [255, 0, 0]);
    const control = Buffer.alloc(20);
    control.writeUInt32BE(8, 0);
    control.write('acTL', 4, 'latin1');
    control.writeUInt32BE(5, 8);
    const { crc32 } = await import('node:zlib');
    control.writeUInt32BE(crc32(control.subarray(4, 16)), 16);
    const apng = source('moving.png', Buffer.concat([frames[0].subarray(0, 33), control, frames[0].subarray(33)]));
    assert.equal((await readImage(apng)).facts.frames, 5);
    near(at(await square(apng), 48, 48), [255, 0, 0]);
  });

  it('lays a transparent image on the theme’s background, and on the opposite where it could not be seen', async () => {
    const icon = (color: string) =>
      svg(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="4" fill="${color}"/></svg>`,
      );
    const dark = [31, 31, 31] as const;
    assert.deepEqual(at(await square(source('a.svg', icon('red'), dark)), 2, 2), [31, 31, 31]);
    assert.deepEqual(at(await square(source('a.svg', icon('red'))), 2, 2), [255, 255, 255]);
    assert.deepEqual(at(await square(source('a.svg', icon('black'), dark)), 2, 2), [255, 255, 255]);
    assert.deepEqual(at(await square(source('a.svg', icon('white'))), 2, 2), [31, 31, 31]);
  });

  it('an SVG loads nothing from outside and runs no script', async () => {
    let asked = 0;
    const server = http
      .createServer((_, response) => {
        asked++;
        response.end();
      })
      .listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const of = source(
      'evil.svg',
      svg(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="10">
      <style>@import url(http://127.0.0.1:${port}/style.css);</style><script href="http://127.0.0.1:${port}/a.js">document.rootElement.innerHTML = ''</script>
      <rect width="10" height="10" fill="lime"/><image width="10" height="10" xlink:href="http://127.0.0.1:${port}/a.png"/>
      <image width="10" height="10" href="file://${process.cwd()}/media/icon.png"/><use href="http://127.0.0.1:${port}/b.svg#x"/></svg>`),
    );
    near(at(await square(of), 48, 48), [0, 255, 0]);
    server.close();
    assert.equal(asked, 0);
  });

  it('1 × 1 and 20,000 × 20,000 pixels: the large one at reduced size', async () => {
    const dot = source(
      'dot.png',
      await sharp({ create: { width: 1, height: 1, channels: 3, background: '#00ff00' } })
        .png()
        .toBuffer(),
    );
    near(at(await square(dot), 48, 48), [0, 255, 0]);
    const huge = source(
      'huge.png',
      await sharp({
        create: { width: 20_000, height: 20_000, channels: 3, background: '#3366cc' },
        limitInputPixels: false,
      })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    );
    const before = process.memoryUsage().rss;
    near(at(await square(huge), 48, 48), [0x33, 0x66, 0xcc]);
    // 1.2 GB of pixels pass; they are never in memory together.
    assert.ok(process.memoryUsage().rss - before < 400e6, `${process.memoryUsage().rss - before} bytes more`);
  });

  it('says in one sentence what is wrong with a broken file', async () => {
    const png = await picture().png().toBuffer();
    const cases: [string, Uint8Array, RegExp][] = [
      ['broken.png', svg('hello, not a picture'), /^broken\.png is not a PNG file/],
      ['empty.gif', new Uint8Array(0), /^empty\.gif is empty/],
      ['cut.png', png.subarray(0, 60), /^cut\.png is damaged/],
      ['cut.bmp', (await formats.bmp()).subarray(0, 60), /^cut\.bmp is damaged/],
      ['bad.svg', svg('<svg xmlns="http://www.w3.org/2000/svg" width="10"><rect'), /^bad\.svg is damaged/],
      [
        'wide.png',
        Buffer.concat([png.subarray(0, 16), Buffer.from([0, 1, 0, 0, 0, 1, 0, 0]), png.subarray(24)]),
        /wide\.png (has 65,536 × 65,536 pixels|is damaged)/,
      ],
    ];
    for (const [name, bytes, sentence] of cases) {
      await assert.rejects(square(source(name, bytes)), { message: sentence });
    }
    await assert.rejects(
      readImage({ name: 'gone.png', path: '/nowhere/gone.png', background: white }),
      /gone\.png cannot be read/,
    );
  });

  it('covers a region of the image, not of the padding', async () => {
    const of = source('picture.png', await formats.png());
    const covered = coverRegion(
      await square(of),
      { left: 0, top: 0, width: 0.5, height: 1 },
      paddedRegion({ width: 40, height: 20 }, { width: 96, height: 96 }),
    );
    assert.deepEqual(at(covered, 20, 48), [127, 127, 127]);
    near(at(covered, 75, 48), [0, 0, 255]);
    near(at(covered, 20, 10), [255, 255, 255]);
  });
});
