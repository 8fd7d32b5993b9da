import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { encode } from 'bmp-ts';
import sharp from 'sharp';

/** A chart as SVG, 320 × 240. */
export const chart = (
  bars: readonly number[],
) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240"><rect width="320" height="240" fill="white"/>
<path d="M30 20V210H300" stroke="#444" fill="none"/>${bars.map((h, i) => `<rect x="${45 + i * 50}" y="${210 - h}" width="30" height="${h}" fill="#3a78c8"/>`).join('')}</svg>`;
const disc =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="5" fill="red"/></svg>';
const arrow = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M12 4l8 8h-5v8H9v-8H4z"/></svg>';

/** The bars of the chart that most of the images show. */
export const sales = [60, 120, 90, 150, 40];

/**
 * Writes images of every kind that is read below a folder, and files that are none.
 * @returns the paths of all that are to be listed.
 */
export async function writeImagesOfAllKinds(folder: string): Promise<string[]> {
  const drawn = (svg: string, width: number) => sharp(Buffer.from(svg), { density: 300 }).resize(width);
  const bars = () => drawn(chart(sales), 480);
  const { data, info } = await bars().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const abgr = Buffer.from(data);
  for (let i = 0; i < abgr.length; i += 4) abgr.set([data[i + 3], data[i + 2], data[i + 1], data[i]], i);
  const frames = await Promise.all(
    [60, 90, 120].map(h =>
      drawn(chart([h, h]), 120)
        .png()
        .toBuffer(),
    ),
  );
  const files: Record<string, Uint8Array | string> = {
    'charts/sales.jpg': await bars().jpeg().toBuffer(),
    'charts/sales.png': await bars().png().toBuffer(),
    'charts/sales.webp': await bars().webp().toBuffer(),
    'charts/sales.avif': await bars().avif().toBuffer(),
    'charts/sales.bmp': encode({ data: abgr, width: info.width, height: info.height, bitPP: 24 }).data,
    'charts/sales.tiff': await bars().tiff().toBuffer(),
    'charts/16-bit.png': await bars().toColourspace('rgb16').png().toBuffer(),
    'charts/print-cmyk.jpg': await bars().toColourspace('cmyk').jpeg().toBuffer(),
    'charts/turned.jpg': await bars().rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'charts/moving.gif': await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer(),
    'charts/moving.apng': animated(frames[0], 3),
    'flags/japan.svg': disc,
    'icons/app.ico': icon(await drawn(disc, 64).png().toBuffer(), 64),
    'icons/up.svg': arrow,
    'icons/pixel.png': await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
    'icons/tall.png': await drawn(arrow, 20).resize(20, 400, { fit: 'contain', background: '#0000' }).png().toBuffer(),
    'broken.png': 'This is no picture.',
    'cut.jpg': (await bars().jpeg().toBuffer()).subarray(0, 2000),
    'empty.webp': '',
  };
  const left: Record<string, string> = {
    'build/left-out.svg': disc,
    '.gitignore': 'build/\n',
    'notes.txt': 'no image',
  };
  for (const [name, content] of Object.entries({ ...files, ...left })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return Object.keys(files);
}

/** A Windows icon of one picture, a PNG as today's have it. */
function icon(png: Buffer, side: number): Buffer {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(side, 6);
  head.writeUInt8(side, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}

/** A PNG with the chunk that says how many frames an animation has. */
function animated(png: Buffer, frames: number): Buffer {
  const control = Buffer.alloc(20);
  control.writeUInt32BE(8, 0);
  control.write('acTL', 4, 'latin1');
  control.writeUInt32BE(frames, 8);
  control.writeUInt32BE(crc32(control.subarray(4, 16)), 16);
  return Buffer.concat([png.subarray(0, 33), control, png.subarray(33)]);
}
